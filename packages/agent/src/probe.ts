/** What the kubelet asks: is it alive, and does it see. Two answers, no input that is read. */
import { createServer, type Server } from "node:http";

export interface Standing {
  /** `performance.now()` when it last looked. */
  readonly lookedAt: number;
  readonly sees: boolean;
}

/** Without a look for so long (milliseconds) it hangs. */
const longestBlink = 30_000;

export function openProbe(
  { host, port }: { readonly host: string; readonly port: number },
  standing: () => Standing,
): Server | undefined {
  if (port === 0) return undefined;
  const server = createServer({ maxHeaderSize: 4096, requestTimeout: 5_000 }, ({ url }, response) => {
    const { lookedAt, sees } = standing();
    const isAlive = performance.now() - lookedAt < longestBlink;
    const isWell = url === "/livez" ? isAlive : url === "/readyz" ? isAlive && sees : undefined;
    response.writeHead(isWell === undefined ? 404 : isWell ? 200 : 503, { connection: "close" }).end();
  });
  server.maxConnections = 16;
  server.listen(port, host);
  server.unref();
  return server;
}
