/** Answers that are none of our service's are told as such, and never taken for "nothing was seen". */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openWorld } from "./world.ts";
import { readService } from "./service.ts";

const container = { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" };
const none = { observations: [], watches: [], detections: [], hidden: 0 };

test.each<readonly [string, number, string, RegExp]>([
  ["no JSON", 200, "<html>", /its answer is no JSON/],
  ["another shape", 200, "[]", /another shape/],
  ["no count of what is hidden", 200, JSON.stringify({ ...none, hidden: undefined }), /another shape/],
  ["an entry of nobody", 200, JSON.stringify({ ...none, watches: [{}] }), /another shape/],
  [
    "an unknown kind of behaviour",
    200,
    JSON.stringify({ ...none, observations: [{ container, detail: { kind: "wish" }, support: [] }] }),
    /another shape/,
  ],
  ["not there", 404, "{}", /answered with 404/],
  ["not allowed", 403, "{}", /does not let its owner see this/],
])("%s", async (_, status, body, why) => {
  const server = createServer((__, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const options = { url: `http://127.0.0.1:${port}`, cwd: "." };
  await expect(readService(options, await openWorld())).rejects.toThrow(why);
});

test("how edits fared comes along", async () => {
  const record = [{ field: "rights", confirmed: 3, blamed: 1 }];
  const server = createServer(({ url }, response) =>
    response.end(JSON.stringify(url === "/api/v1/followups" ? { items: [], record } : none)),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const told = await readService({ url: `http://127.0.0.1:${port}`, cwd: "." }, await openWorld());
  expect(told).toEqual({ ...none, record });
});
