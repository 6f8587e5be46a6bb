/**
 * Packages of running images, read on the node of the real cluster by the manifest that we ship: the list of each image is
 * what dpkg says of the layers that the image was built of, and nobody else's word of it is taken.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubeconfigOf, openApi, until } from "./api.ts";
import { apply, install, run, tokenOf, type Installed } from "./installed.ts";

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

/** On a busy node the service is not ready for a moment now and then, and then it has no address: it is asked again. */
async function ask(...given: Parameters<Installed["ask"]>): ReturnType<Installed["ask"]> {
  let answer: Awaited<ReturnType<Installed["ask"]>> | undefined;
  await until(
    "the service",
    async () => (answer = await installed.ask(...given).catch(() => undefined)) !== undefined,
    60,
  );
  return answer!;
}

async function packages(image: string): Promise<Answer> {
  const path = `/api/v1/packages?namespace=${namespace}&image=${encodeURIComponent(image)}`;
  const { status, body } = await ask(path);
  expect(status).toBe(200);
  return body as Answer;
}

/** What dpkg says of an image's own layers, unpacked by the runtime. */
function dpkg(image: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-image-"));
  const ctr = (...given: readonly string[]): string =>
    run(
      "ctr",
      "--address",
      `${process.env["PLIMSOLL_STATE"]}/containerd/containerd.sock`,
      "-n",
      "k8s.io",
      ...given,
    );
  ctr("images", "mount", image, folder);
  try {
    // Without dpkg in the image, each package has a status of its own: dpkg is shown them in one file.
    const each = join(folder, "var/lib/dpkg/status.d");
    const all = readdirSync(each).map((name) => readFileSync(join(each, name), "utf8").trim());
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
  } finally {
    ctr("images", "unmount", folder);
    ctr("snapshots", "rm", folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

beforeAll(async () => {
  apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  installed = await install(api);
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
    }
    const logged = run("kubectl", "-n", "plimsoll", "logs", "daemonset/plimsoll-packages", "--tail=-1");
    const read = logged.split("\n").filter((line) => line.includes('"event":"read"'));
    const { items } = (await ask("/api/v1/packages")).body as Answer;
    console.log(`${read.length} reads for ${items.length} images`);
    expect(read.length).toBeLessThanOrEqual(items.length);
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
