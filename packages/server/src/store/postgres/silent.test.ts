/** A server that accepts and then never answers: no reset tells of it, and nothing may wait for it for ever. */
import { createServer, type AddressInfo, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openPostgresStore } from "./open.ts";

/** Says that whoever comes is let in and may ask; answers no question. */
function letIn(socket: Socket): void {
  socket.once("data", () => {
    socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0])); // AuthenticationOk
    socket.write(Buffer.from([0x5a, 0, 0, 0, 5, 0x49])); // ReadyForQuery, idle
  });
}

test("a PostgreSQL server that answers no statement is given up", async () => {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => undefined);
    letIn(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const options = { url: `postgresql://x@127.0.0.1:${port}/x`, statementTimeout: 200 };
  await expect(openPostgresStore({ now: () => 0 }, options)).rejects.toMatchObject({ code: "unavailable" });
  await expect.poll(() => open.size, { timeout: 30_000 }).toBe(0);
}, 120_000);
