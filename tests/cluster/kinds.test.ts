/**
 * Packages of every kind that the agent reads, on the real cluster: each list is what the tool says that put the packages into
 * the image, and of each package the service says that it was loaded where the processes themselves show that it was. A
 * scanner's document brings a flaw of every one of them, and of some of whose files nobody tells.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { readListOf, runningIn, type ReadList } from "@plimsoll/agent";
import { kubeconfigOf, openApi, until } from "./api.ts";
import { apply, importImages, install, run, within, type Installed } from "./installed.ts";
import { oracles, toldBy, type Told } from "./kinds/oracles.ts";
import { alone, image, isUntold, loaded, podIn, untold } from "./kinds/pod.ts";
import { containerIn, isWitnessed, processesOf, witnessedIn } from "./kinds/witness.ts";

const api = openApi(kubeconfigOf("admin"));
const namespace = "kinds";
/** What the door for scanners' documents is opened with. */
const scanner = randomBytes(24).toString("hex");
let installed: Installed;

beforeAll(async () => {
  const archive = process.env["PLIMSOLL_KINDS"];
  if (archive === undefined)
    throw new Error("run this through tests/cluster/test.sh, which builds the image of all kinds");
  importImages(archive);
  apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  installed = await install(api, {
    settings: ["sources: { scanner: { tokenFile: /etc/plimsoll/scanner-token } }"],
    files: { "scanner-token": scanner },
  });
  run("kubectl", "apply", "-f", "deploy/packages.yaml");
  run("kubectl", "-n", "plimsoll", "rollout", "status", "daemonset/plimsoll-packages", "--timeout=60s");
  apply(podIn(namespace));
}, 300_000);

afterAll(async () => {
  run("kubectl", "delete", "-f", "deploy/packages.yaml", "--ignore-not-found", "--timeout=60s");
  installed?.remove();
  run("kubectl", "delete", "namespace", namespace, "--timeout=60s");
  await api.close();
}, 240_000);

interface Held {
  readonly purl: string;
  readonly files: number;
}

/** `kind name version`, as the oracles write it. */
function nameOf(purl: string): string {
  const [, kind = "", path = "", version = ""] = /^pkg:([a-z]+)\/([^@?]+)(?:@([^?]+))?/.exec(purl) ?? [];
  const name = ["deb", "rpm"].includes(kind) ? path.slice(path.lastIndexOf("/") + 1) : path;
  return `${kind} ${decodeURIComponent(name)} ${decodeURIComponent(version)}`;
}

const told = new Map<string, Told>();
let list: ReadList;
let held: readonly Held[];

test("each kind's list is what the tool says that put it there", { timeout: 240_000 }, async () => {
  run("kubectl", "-n", namespace, "wait", "--for=condition=Ready", "pod/app", "--timeout=90s");
  const own = runningIn("/proc").get(containerIn(namespace));
  const read = readListOf("/proc", own!);
  if (typeof read === "string") throw new Error(read);
  list = read;
  const ours = new Map(list.packages.map(({ purl, files = [] }) => [nameOf(purl), files.toSorted()]));
  within(image, (root) => {
    for (const [kind, oracle] of Object.entries(oracles)) told.set(kind, toldBy(oracle, root));
  });
  for (const [kind, theirs] of told) {
    const files = [...theirs.values()].reduce((sum, each) => sum + each.length, 0);
    console.log(`${kind}: ${theirs.size} packages with ${files} files`);
    const same = [...ours].filter(([name]) => name.startsWith(`${kind} `));
    expect(Object.fromEntries(same), kind).toEqual(Object.fromEntries(theirs));
    expect(theirs.size, kind).toBeGreaterThan(1);
  }
  expect([...ours.keys()].filter((name) => !told.has(name.split(" ")[0]!))).toEqual([]);
  // Two lists are not there, and three archives of Java do not tell what they are: that is said, and nothing else is left.
  expect(list.left).toEqual({
    "archive of Java without Maven coordinates": 3,
    "package without its list of files": 2,
  });
});

test("the service holds the list that the agent on the node read", { timeout: 200_000 }, async () => {
  interface Answer {
    readonly items: readonly { readonly left: object; readonly list: readonly Held[] }[];
  }
  let items: Answer["items"] = [];
  const isRead = async (): Promise<boolean> => {
    const path = `/api/v1/packages?namespace=${namespace}&image=${encodeURIComponent(image)}`;
    const { status, body } = await installed.askAgain(path);
    return status === 200 && (items = (body as Answer).items).length > 0;
  };
  await until("the packages", isRead, 150);
  held = items[0]!.list;
  const sorted = (all: readonly Held[]): readonly string[] =>
    all.map(({ purl, files }) => `${purl} ${files}`).sort();
  expect(sorted(held)).toEqual(
    sorted(list.packages.map(({ purl, files = [] }) => ({ purl, files: files.length }))),
  );
  expect(items[0]!.left).toEqual(list.left);
});

/** As Trivy writes them: of the distribution's packages without the epoch, and Go's own with a `v`. */
function asScanned(purl: string): string {
  return purl
    .replace("/stdlib@", "/stdlib@v")
    .replace(/^(pkg:deb\/.*@)(\d+)%3A(.*)$/, "$1$3&distro=debian-12&epoch=$2");
}

/** Whoever wrote it: the service may tell a package as the scanner does. */
function plain(purl: string): string {
  return nameOf(purl)
    .replace(/^(deb \S+ )\d+:/, "$1")
    .replace("stdlib v", "stdlib ");
}

/** Where no list of files names a package, what a scanner found there. */
const others = ["pkg:maven/org.mozilla/rhino@1.7.14", "pkg:gem/rack@2.2.0"];

/** One flaw of each. */
function report(): object {
  const purls = [...list.packages.map(({ purl }) => purl), ...others];
  return {
    SchemaVersion: 2,
    ArtifactName: image,
    ArtifactType: "container_image",
    Results: purls.map((purl, at) => {
      const [kind, name = "", version = ""] = nameOf(purl).split(" ");
      const flaw = {
        VulnerabilityID: `CVE-2099-${1000 + at}`,
        PkgName: name,
        PkgIdentifier: { PURL: asScanned(purl) },
        InstalledVersion: version,
      };
      return { Target: image, Type: kind, Vulnerabilities: [flaw] };
    }),
  };
}

interface Flaw {
  readonly id: string;
  readonly image: string;
  readonly package: string;
  readonly rung: string;
  readonly loaded: string;
  readonly because: string;
}

async function flaws(): Promise<readonly Flaw[]> {
  const { status, body } = await installed.askAgain(
    `/api/v1/vulnerabilities?namespace=${namespace}&limit=500`,
  );
  return status === 200 ? (body as { readonly items: readonly Flaw[] }).items : [];
}

/** Of each package whether it was witnessed. */
function expected(): ReadonlyMap<string, boolean> {
  const seen = witnessedIn(namespace);
  return new Map(
    [...told.values()].flatMap((each) =>
      [...each].map(([name, files]) => [
        name.replace(/^(deb \S+ )\d+:/, "$1"),
        isWitnessed(name, files, seen),
      ]),
    ),
  );
}

let found: readonly Flaw[] = [];

test(
  "a flaw of every package is told as loaded where the processes show that it is",
  { timeout: 240_000 },
  async () => {
    const { status, body } = await installed.askAgain("/api/v1/sources/scanner", scanner, report());
    expect([status, body]).toMatchObject([200, { image, left: {}, workloads: 1 }]);
    let witnesses = expected();
    const isSaid = (names: readonly string[], is: boolean): readonly string[] =>
      names.filter((each) => [...witnesses].some(([name, was]) => was === is && name.startsWith(each)));
    const isJudged = async (): Promise<boolean> => {
      [found, witnesses] = [await flaws(), expected()];
      const observed = new Set(
        found.filter((flaw) => flaw.loaded === "observed").map((flaw) => plain(flaw.package)),
      );
      const isMissed = ([name, is]: readonly [string, boolean]): boolean =>
        is && !isUntold(name) && !observed.has(name);
      // The service may know the pod from before its status, which tells the image.
      const isPlaced = found.every(({ because }) => !because.includes("which image runs now"));
      return isPlaced && isSaid(loaded, true).length === loaded.length && ![...witnesses].some(isMissed);
    };
    await until("what was loaded", isJudged, 120);
    const states = new Map(found.map((flaw) => [plain(flaw.package), flaw]));
    for (const [name, { loaded: is, rung, because }] of states)
      console.log(`${is} ${rung} ${name}: ${because.slice(0, 120)}`);
    expect(states.size).toBe(list.packages.length + others.length);
    expect([isSaid(loaded, true), isSaid(alone, false)]).toEqual([loaded, alone]);
    // That nothing but time is lacking is told of what was not loaded: a test cannot watch for the week that it takes.
    const short = /^(?:less than a minute|\d+ minutes?) seen, of at least 7 days$/;
    const wrong = [...states].filter(([name, { loaded: is, rung, because }]) => {
      if (isUntold(name)) return is !== "unknown" || !because.startsWith("no list of the package's files");
      if (witnesses.get(name) === true) return is !== "observed";
      return is !== "unknown" || !["installed", "touched"].includes(rung) || !short.test(because);
    });
    expect(wrong).toEqual([]);
    expect(untold.filter((each) => ![...states.keys()].some((name) => name.startsWith(each)))).toEqual([]);
  },
);

interface Watched {
  readonly watched: readonly { readonly from: string; readonly to: string }[];
  readonly heard: Watched["watched"];
}

/** The same watches, as though each had begun nine days before it did: the time alone is made up. */
function earlier<W extends Watched>(watch: W): W {
  const [watched, heard] = [watch.watched, watch.heard].map(([first, ...rest]) =>
    first === undefined
      ? []
      : [{ ...first, from: new Date(Date.parse(first.from) - 9 * 86_400_000).toISOString() }, ...rest],
  );
  return { ...watch, watched, heard };
}

test("watched for longer than a week, what was not loaded is set aside, and nothing else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-kinds-"));
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const plimsoll = (...line: readonly string[]): string =>
    run(process.execPath, "packages/cli/src/main.ts", ...line);
  const { body } = await installed.askAgain("/api/v1/observations");
  const { observations, watches } = body as {
    readonly observations: readonly object[];
    readonly watches: readonly Watched[];
  };
  const lines = [
    ...observations.map((observation) => ({ observation })),
    ...watches.map((watch) => ({ watch: earlier(watch) })),
  ];
  const bill = join(folder, "list.cdx.json");
  const [process1] = processesOf(containerIn(namespace));
  plimsoll("packages", "--pid", process1!, "--image", image, "--output", bill);
  const images = ["--images", put("trivy.json", JSON.stringify(report())), "--images", bill];
  const seen = put("seen.jsonl", lines.map((line) => JSON.stringify(line)).join("\n"));
  const told = JSON.parse(
    plimsoll("vulns", ...images, "--observations", seen, "--format", "json", "--all"),
  ) as readonly Flaw[];
  rmSync(folder, { recursive: true });
  const witnesses = expected();
  const states = new Map(
    told.filter((flaw) => flaw.image === image).map((flaw) => [plain(flaw.package), flaw]),
  );
  const wrong = [...states].filter(
    ([name, { loaded: is }]) =>
      is !== (isUntold(name) ? "unknown" : witnesses.get(name) === true ? "observed" : "not-observed"),
  );
  expect(wrong).toEqual([]);
  expect(states.size).toBe(found.length);
});

test(
  "it is told so still once the service was started anew, and by the command line",
  { timeout: 240_000 },
  async () => {
    installed.restart();
    const short = (all: readonly Flaw[]): readonly string[] =>
      all.map(({ package: of, loaded: is, rung }) => `${of} ${is} ${rung}`).sort();
    let now: readonly string[] = [];
    const isSame = async (): Promise<boolean> => {
      now = short(await flaws());
      return JSON.stringify(now) === JSON.stringify(short(found));
    };
    await until("the same flaws", isSame, 120).catch(() => undefined);
    expect(now).toEqual(short(found));
    const folder = mkdtempSync(join(tmpdir(), "plimsoll-kinds-"));
    writeFileSync(join(folder, "token"), installed.viewer);
    writeFileSync(join(folder, "ca.crt"), installed.ca());
    const forward = spawn("kubectl", ["-n", "plimsoll", "port-forward", "service/plimsoll", "8443:443"]);
    onTestFinished(() => void forward.kill());
    await once(forward.stdout, "data");
    const asked = ["vulns", "--from-service", "https://localhost:8443"];
    const known = ["--service-token", join(folder, "token"), "--service-ca", join(folder, "ca.crt")];
    const line = (...more: readonly string[]): string =>
      run(process.execPath, "packages/cli/src/main.ts", ...asked, ...known, ...more);
    const all = JSON.parse(line("--format", "json", "--all")) as readonly Flaw[];
    expect(short(all.filter((flaw) => flaw.image === image))).toEqual(short(found));
    const text = line();
    console.log(text);
    const unknown = found.filter((flaw) => flaw.loaded === "unknown").length;
    expect(text).toContain(`of ${unknown} it is not known whether they are loaded: they are not set aside`);
    rmSync(folder, { recursive: true });
  },
);
