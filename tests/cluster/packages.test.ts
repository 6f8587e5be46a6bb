/**
 * Packages of running images, read on the node of the real cluster by the manifest that we ship: the list of each image is
 * what dpkg says of the layers that the image was built of, nobody else's word of it is taken, and a flaw that a scanner
 * tells of stands where the process's own memory says that its package does.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubeconfigOf, openApi, until } from "./api.ts";
import { apply, install, run, tokenOf, within, type Installed } from "./installed.ts";

const api = openApi(kubeconfigOf("admin"));
const namespace = "packages";
const images = ["plimsoll.test/nginx:1.22", "plimsoll.test/redis:7.0", "plimsoll.test/python:3.11"];
let installed: Installed;

interface Answer {
  readonly items: readonly {
    readonly image: string;
    readonly left: object;
    readonly list?: readonly { readonly purl: string; readonly files: number }[];
  }[];
  readonly unread: readonly { readonly image: string; readonly why: string }[];
}

const ask: Installed["ask"] = (...given) => installed.askAgain(...given);

async function packages(image: string): Promise<Answer> {
  const path = `/api/v1/packages?namespace=${namespace}&image=${encodeURIComponent(image)}`;
  const { status, body } = await ask(path);
  expect(status).toBe(200);
  return body as Answer;
}

/** What dpkg says of an image's own layers. */
function dpkg(image: string): readonly string[] {
  return within(image, (folder) => {
    // Without dpkg in the image, each package has a status of its own: dpkg is shown them in one file.
    const each = join(folder, "var/lib/dpkg/status.d");
    const names = readdirSync(each).filter((name) => !name.endsWith(".md5sums"));
    const all = names.map((name) => readFileSync(join(each, name), "utf8").trim());
    const own = mkdtempSync(join(tmpdir(), "plimsoll-dpkg-"));
    for (const name of ["updates", "info"]) mkdirSync(join(own, name));
    writeFileSync(
      join(own, "status"),
      `${all.map((text) => text.replace(/^Package: .*$/m, "$&\nStatus: install ok installed")).join("\n\n")}\n`,
    );
    const shown = ["--show", "--showformat", "${Package} ${Version}\\n"];
    const lines = run("dpkg-query", "--admindir", own, ...shown).split("\n");
    rmSync(own, { recursive: true });
    return lines.filter((line) => line !== "").sort();
  });
}

/** Which files of an image are a package's, by the sums that Debian's package brought. */
function filesOf(image: string, name: string): readonly string[] {
  const text = within(image, (folder) =>
    readFileSync(join(folder, `var/lib/dpkg/status.d/${name}.md5sums`), "utf8"),
  );
  return text.split("\n").flatMap((line) => (line === "" ? [] : [`/${line.split(/\s+/)[1]}`]));
}

const reports = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "vulnerabilityreports.aquasecurity.github.io" },
  spec: {
    group: "aquasecurity.github.io",
    scope: "Namespaced",
    names: {
      kind: "VulnerabilityReport",
      listKind: "VulnerabilityReportList",
      plural: "vulnerabilityreports",
      singular: "vulnerabilityreport",
    },
    versions: [
      {
        name: "v1alpha1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

beforeAll(async () => {
  apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  apply(reports);
  run("kubectl", "wait", "--for=condition=Established", `crd/${reports.metadata.name}`, "--timeout=60s");
  installed = await install(api, { settings: ["evidence: { hours: 0, replicas: 1 }"] });
  for (const [at, image] of images.entries())
    for (const twin of ["a", "b"])
      apply({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: `app-${at}-${twin}`, namespace },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: "app",
              image,
              imagePullPolicy: "Never",
              command: ["/bin/sh", "-c", "while :; do sleep 1; done"],
              // Another user's files, closed to others.
              securityContext: { runAsUser: 10001 },
            },
          ],
        },
      });
}, 300_000);

afterAll(async () => {
  run("kubectl", "delete", "-f", "deploy/packages.yaml", "--ignore-not-found", "--timeout=60s");
  installed?.remove();
  run("kubectl", "delete", "namespace", namespace, "--timeout=60s");
  run("kubectl", "delete", "crd", reports.metadata.name, "--timeout=60s");
  await api.close();
}, 240_000);

test("until it is switched on, that packages are not read is told", async () => {
  await until("pods that run", async () => (await packages(images[0]!)).unread.length > 0, 60);
  const { items, unread } = await packages(images[0]!);
  expect([items, unread[0]?.why]).toEqual([[], expect.stringContaining("no agent reads packages")]);
});

test(
  "the list of each image is what dpkg says of the image; it is read once for two pods",
  { timeout: 400_000 },
  async () => {
    run("kubectl", "apply", "-f", "deploy/packages.yaml");
    run("kubectl", "-n", "plimsoll", "rollout", "status", "daemonset/plimsoll-packages", "--timeout=60s");
    for (const image of images) {
      await until(`the packages of ${image}`, async () => (await packages(image)).items.length > 0, 150);
      const { items } = await packages(image);
      expect(items).toHaveLength(1);
      const told = (items[0]!.list ?? []).flatMap(({ purl }) => {
        const [, name, version] = /^pkg:deb\/[^/]+\/([^@]+)@([^?]+)/.exec(purl) ?? [];
        return name === undefined ? [] : [`${decodeURIComponent(name)} ${decodeURIComponent(version!)}`];
      });
      const theirs = dpkg(image);
      console.log(
        `${image}: ${told.length} packages told, ${theirs.length} by dpkg, left ${JSON.stringify(items[0]!.left)}`,
      );
      expect(told.sort()).toEqual(theirs);
      expect(theirs.length).toBeGreaterThan(5);
      expect(items[0]!.left).toEqual({});
      const [libc] = (items[0]!.list ?? []).filter(({ purl }) => purl.includes("/libc6@"));
      expect(libc?.files).toBe(filesOf(image, "libc6").length);
    }
    const logged = run("kubectl", "-n", "plimsoll", "logs", "daemonset/plimsoll-packages", "--tail=-1");
    const read = logged.split("\n").filter((line) => line.includes('"event":"read"'));
    const { items } = (await ask("/api/v1/packages")).body as Answer;
    console.log(`${read.length} reads for ${items.length} images`);
    expect(read.length).toBeLessThanOrEqual(items.length);
  },
);

interface Flaw {
  readonly id: string;
  readonly rung: string;
  readonly loaded: string;
  readonly because: string;
}

test(
  "a flaw stands where the process's own memory says that its package does",
  { timeout: 200_000 },
  async () => {
    const image = images[2]!;
    const flawed = { zlib1g: "CVE-2024-0001", libuuid1: "CVE-2024-0002" };
    const { items } = await packages(image);
    const versionOf = (name: string): string => {
      const found = items[0]!.list!.find(({ purl }) => purl.includes(`/${name}@`))!;
      return decodeURIComponent(/@([^?]+)/.exec(found.purl)![1]!);
    };
    const [, repository, tag] = /^(.*):(.*)$/.exec(image)!;
    apply({
      apiVersion: "aquasecurity.github.io/v1alpha1",
      kind: "VulnerabilityReport",
      metadata: { name: "python", namespace },
      report: {
        registry: { server: repository!.split("/")[0] },
        artifact: { repository: repository!.split("/")[1], tag },
        vulnerabilities: Object.entries(flawed).map(([name, id]) => ({
          vulnerabilityID: id,
          resource: name,
          installedVersion: versionOf(name),
          packageType: "debian",
          packagePURL: `pkg:deb/debian/${name}@${encodeURIComponent(versionOf(name))}?arch=amd64&distro=debian-12`,
        })),
      },
    });
    const script = "import zlib, time; time.sleep(len(zlib.ZLIB_VERSION) * 1000)";
    apply({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "zipped", namespace },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          { name: "app", image, imagePullPolicy: "Never", command: ["/usr/bin/python3.11", "-c", script] },
        ],
      },
    });
    let found: readonly Flaw[] = [];
    const flaws = async (): Promise<readonly Flaw[]> => {
      const { status, body } = await ask(`/api/v1/vulnerabilities?namespace=${namespace}`);
      return status === 200 ? (found = (body as { readonly items: readonly Flaw[] }).items) : [];
    };
    const isLoaded = async (): Promise<boolean> =>
      (await flaws()).some(({ id, loaded }) => id === flawed.zlib1g && loaded === "observed");
    await until("the library that was loaded", isLoaded, 90).catch(() => undefined);
    console.log(
      found.map(({ id, rung, loaded, because }) => `${id} ${rung} ${loaded}: ${because}`).join("\n"),
    );
    const pid = readdirSync("/proc").find((each) => {
      try {
        return /^\d+$/.test(each) && readFileSync(`/proc/${each}/cmdline`, "utf8").includes(`\0${script}\0`);
      } catch {
        return false; // it has ended meanwhile
      }
    });
    const maps = readFileSync(`/proc/${pid}/maps`, "utf8");
    const isMapped = (name: string): boolean => filesOf(image, name).some((file) => maps.includes(file));
    expect([isMapped("zlib1g"), isMapped("libuuid1")]).toEqual([true, false]);
    expect(found.find(({ id }) => id === flawed.zlib1g)).toMatchObject({
      rung: "loaded",
      loaded: "observed",
    });
    const other = found.find(({ id }) => id === flawed.libuuid1);
    expect(other).toMatchObject({ rung: "installed" });
    expect(other?.because).not.toContain("no list of the package's files");
  },
);

test("nobody else's word of packages is taken", async () => {
  const body = { version: 1, node: "plimsoll-node", agent: "0", running: [] };
  const stranger = await tokenOf(api, "default", "default");
  const profiles = await ask("/api/v1/profiles?namespace=plimsoll&workload=plimsoll-packages&limit=5000");
  const { items } = profiles.body as {
    readonly items: readonly { readonly behaviours: readonly object[] }[];
  };
  console.log(`the reader itself: ${items.map(({ behaviours }) => behaviours.length).join(", ")} behaviours`);
  expect((await ask("/api/v1/packages", stranger, body)).status).toBe(403);
  expect((await ask("/api/v1/packages", "no.such.token", body)).status).toBe(401);
  expect((await ask("/api/v1/packages", installed.viewer, body)).status).toBe(403);
});
