/** All pages of a service's flaws are read, each flaw once; what is none of its answers is told as such. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openWorld } from "./world.ts";
import { readFlaws } from "./service-flaws.ts";

const flaw = (id: string, more: object = {}) => ({
  id,
  image: "registry.example/app:1",
  package: "pkg:deb/zlib1g@1",
  exploited: false,
  rung: "installed",
  loaded: "unknown",
  because: "no list",
  exposed: "no",
  workloads: [{ apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" }],
  ...more,
});
const page = (items: readonly unknown[], more: object = {}) => ({
  items,
  total: 1,
  aside: 0,
  unlooked: [],
  ...more,
});

async function ask(answer: (cursor: string) => unknown): ReturnType<typeof readFlaws> {
  const server = createServer(({ url }, response) =>
    response.end(JSON.stringify(answer(new URL(url!, "http://x").searchParams.get("cursor") ?? ""))),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return readFlaws({ url: `http://127.0.0.1:${port}`, cwd: "." }, await openWorld());
}

test("all pages, in their order; a flaw that moved between two counts once", async () => {
  const told = await ask((cursor) =>
    cursor === ""
      ? page([flaw("CVE-1"), flaw("CVE-2", { fixedIn: "2" })], { next: "2 &x" })
      : page([flaw("CVE-2"), flaw(`CVE-3`)], {
          unlooked: ["other:1"],
          unread: [{ image: "web:1", why: "not read yet" }],
          blind: ["batch/v1/Job"],
        }),
  );
  expect(told.flaws.map(({ id }) => id)).toEqual(["CVE-1", "CVE-2", "CVE-3"]);
  expect([told.unlooked, told.blind]).toEqual([["other:1"], ["batch/v1/Job"]]);
  expect(told.unread).toEqual([{ image: "web:1", why: "not read yet" }]);
});

test.each<readonly [string, unknown, RegExp]>([
  ["pages without end", page([flaw("CVE-1")], { next: "again" }), /no end/],
  ["no flaw", page([{}]), /another shape/],
  ["a rung of another ladder", page([flaw("CVE-1", { rung: "moon" })]), /another shape/],
  ["a workload without a name", page([flaw("CVE-1", { workloads: [{ kind: "Pod" }] })]), /another shape/],
  ["nothing of what was not looked at", page([], { unlooked: undefined }), /another shape/],
  ["an image that was not read for no reason", page([], { unread: [{ image: "x" }] }), /another shape/],
  ["a list", [], /another shape/],
])("%s", async (_, answer, why) => {
  await expect(ask(() => answer)).rejects.toThrow(why);
});
