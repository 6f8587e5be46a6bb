/** Stands between two real sockets on loopback, passes bytes on, and loses them or breaks connections as it is told. */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface Relay {
  readonly port: number;
  /**
   * What comes now is lost, and with it the connection that it came on: nothing is passed on it any more, and nobody is told.
   * A connection that is begun now is accepted and says nothing.
   */
  silent: boolean;
  /** Looks at what is about to be passed on; may break the connection, and then it is not. */
  look: ((bytes: Buffer, passing: Passing) => void) | undefined;
  /** Breaks all connections. */
  readonly reset: () => void;
  /** Connections that are open on the client's side. */
  readonly open: () => number;
  readonly close: () => Promise<void>;
}

export interface Passing {
  readonly from: "client" | "server";
  /** Passes the first bytes on, and breaks the connection on both sides. */
  readonly breakAfter: (bytes: number) => void;
  /** Passes nothing on any more, on this connection, without a word. */
  readonly hush: () => void;
}

export async function startRelay(to: number, host = "127.0.0.1"): Promise<Relay> {
  const clients = new Set<Socket>();
  const others = new Set<Socket>();
  const server = createServer((client) => {
    const other = connect(to, host);
    clients.add(client.on("close", () => clients.delete(client)));
    others.add(other.on("close", () => others.delete(other)));
    let hushed = false;
    const pass = (from: Socket, target: Socket, name: Passing["from"]): void => {
      from.setNoDelay(true);
      from.on("data", (bytes: Buffer) => {
        if (relay.silent) hushed = true;
        if (hushed) return;
        let left = bytes.length;
        let breaks = false;
        const breakAfter = (count: number): void => {
          [left, breaks] = [count, true];
        };
        relay.look?.(bytes, { from: name, breakAfter, hush: () => void (hushed = true) });
        if (hushed) return;
        target.write(bytes.subarray(0, left), () => {
          if (!breaks) return;
          client.resetAndDestroy();
          other.resetAndDestroy();
        });
        if (breaks) hushed = true;
      });
      from.on("error", () => undefined);
      // Of what is hushed nobody hears the end either.
      from.on("close", () => (hushed ? undefined : target.destroy()));
    };
    pass(client, other, "client");
    pass(other, client, "server");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const relay: Relay = {
    port: (server.address() as AddressInfo).port,
    silent: false,
    look: undefined,
    reset: () => {
      for (const socket of [...clients, ...others]) socket.resetAndDestroy();
    },
    open: () => clients.size,
    close: async () => {
      relay.reset();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return relay;
}
