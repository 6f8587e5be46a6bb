/** How far packages were used, by the files that are theirs. */
import { expect, test } from "vitest";
import type { Package } from "../model/image.ts";
import type { Observation, ObservationDetail, Origin } from "../model/observation.ts";
import { isTraceable, usesOf, type Rung } from "./reachability.ts";

const container = { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" };
const time = "2026-01-01T00:00:00.000Z";

function seen(detail: ObservationDetail, origin: Origin = "entrypoint"): Observation {
  const support = [{ pod: "web-1", provenance: "node-1", first: time, last: time, count: 1 }];
  return { container, detail, sensor: "test", trust: "kernel", origin, support };
}

function pkg(ecosystem: string, ...files: readonly string[]): Package {
  return { purl: `pkg:${ecosystem}/x@1`, name: "x", version: "1", ecosystem, files };
}

const open = (path: string): ObservationDetail => ({ kind: "file", operation: "open", path });
const library = (path: string): ObservationDetail => ({ kind: "library", path });
const exec = (path: string): ObservationDetail => ({ kind: "exec", path, args: [] });

const cases: readonly (readonly [string, Package, readonly Observation[], Rung])[] = [
  ["a library is mapped", pkg("deb", "/usr/lib/libz.so.1"), [seen(library("/usr/lib/libz.so.1"))], "loaded"],
  [
    "by the name before /usr was merged",
    pkg("deb", "/lib/libz.so.1"),
    [seen(library("/usr/lib/libz.so.1"))],
    "loaded",
  ],
  ["a document is read", pkg("deb", "/usr/share/zlib.txt"), [seen(open("/usr/share/zlib.txt"))], "touched"],
  ["a program is run", pkg("deb", "/usr/bin/curl"), [seen(exec("/usr/bin/curl"))], "executed"],
  [
    "a script is run, by its interpreter",
    pkg("rpm", "/opt/line/bin/line"),
    [seen({ kind: "exec", path: "/usr/bin/busybox", script: "/opt/line/bin/line", args: [] })],
    "executed",
  ],
  ["nothing of it", pkg("deb", "/usr/bin/curl"), [seen(exec("/usr/bin/wget"))], "installed"],
  ["by somebody's exec", pkg("deb", "/usr/bin/curl"), [seen(exec("/usr/bin/curl"), "exec")], "installed"],
  ["while it was set up", pkg("deb", "/usr/bin/curl"), [seen(exec("/usr/bin/curl"), "set-up")], "installed"],
  [
    "a refused open",
    pkg("deb", "/usr/lib/x.py"),
    [seen({ kind: "file", operation: "open", path: "/usr/lib/x.py", refused: true })],
    "installed",
  ],
  [
    "a module of a package of npm",
    pkg("npm", "/app/node_modules/a/package.json"),
    [seen(open("/app/node_modules/a/lib/index.js"))],
    "loaded",
  ],
  [
    "a module of a package within it",
    pkg("npm", "/app/node_modules/a/package.json"),
    [seen(open("/app/node_modules/a/node_modules/b/index.js"))],
    "installed",
  ],
  [
    "a package of a longer name beside it",
    pkg("npm", "/app/node_modules/a/package.json"),
    [seen(open("/app/node_modules/ab/index.js"))],
    "installed",
  ],
  [
    "Python's cache of a module",
    pkg("pypi", "/usr/lib/python3/requests/api.py"),
    [seen(open("/usr/lib/python3/requests/__pycache__/api.cpython-311.pyc"))],
    "loaded",
  ],
  [
    "a wheel that Python imports from as it is",
    pkg("deb", "/usr/share/python-wheels/pip-23.0.1-py3-none-any.whl"),
    [seen(open("/usr/share/python-wheels/pip-23.0.1-py3-none-any.whl"))],
    "loaded",
  ],
  ["a script that is given to its interpreter", pkg("deb", "/bin/x"), [seen(open("/usr/bin/x"))], "loaded"],
  ["a folder of programs is listed", pkg("deb", "/usr/bin"), [seen(open("/usr/bin"))], "touched"],
  ["a jar is opened", pkg("maven", "/app/log4j.jar"), [seen(open("/app/log4j.jar"))], "loaded"],
  ["a Go module in a program that runs", pkg("golang", "/app/server"), [seen(exec("/app/server"))], "loaded"],
];

test.each(cases)("%s", (_, found, observations, rung) => {
  const use = usesOf(observations)(found);
  expect(use.rung).toBe(rung);
  expect(use.witness === undefined).toBe(rung === "installed");
});

test.each([
  [pkg("deb"), false],
  [pkg("pypi", "/usr/lib/python3/x-1.dist-info/METADATA"), false],
  [pkg("pypi", "/usr/lib/python3/x-1.dist-info/licenses/LICENSE"), false],
  [pkg("composer", "/app/vendor/composer/installed.json"), false],
  [pkg("nuget", "/app/shop.deps.json"), false],
  [pkg("nuget", "/app/shop.deps.json", "/app/Newtonsoft.Json.dll"), true],
  [pkg("conda", "/opt/conda/conda-meta/openssl-3.0.json"), false],
  [pkg("generic", "/usr/lib/jvm/17/release"), false],
  [pkg("npm", "/app/node_modules/x/package.json"), true],
  [pkg("deb", "/usr/bin/x"), true],
])("whether its files are known: %j", (found, traceable) => expect(isTraceable(found)).toBe(traceable));
