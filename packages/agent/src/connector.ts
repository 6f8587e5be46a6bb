/** The kernel's process connector: that a program began or a process ended, without saying which program. */
import { closeSync, readSync } from "node:fs";
import { addressOf, call } from "./kernel.ts";

export type ProcessEvent =
  | { readonly kind: "exec"; readonly process: number }
  | { readonly kind: "exit"; readonly process: number; readonly status: number };

const AF_NETLINK = 16;
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000;
const NETLINK_CONNECTOR = 11;
const processGroup = 1;
const listen = 1;
const headers = 16 + 20;
const execEvent = 2;
const exitEvent = 0x8000_0000;

/** Needs CAP_NET_ADMIN in the node's own network namespace. */
export class ProcessConnector {
  readonly #socket: number;
  readonly #buffer = Buffer.alloc(1 << 16);
  #overruns = 0;

  constructor() {
    this.#socket = call(
      "socket",
      [AF_NETLINK, SOCK_DGRAM_NONBLOCK_CLOEXEC, NETLINK_CONNECTOR],
      "open a connector",
    );
    try {
      const address = Buffer.alloc(12);
      address.writeUInt16LE(AF_NETLINK, 0);
      address.writeUInt32LE(processGroup, 8);
      call("bind", [this.#socket, addressOf(address), address.length], "bind the process connector");
      const message = Buffer.alloc(headers + 4);
      message.writeUInt32LE(message.length, 0);
      message.writeUInt16LE(3, 4); // NLMSG_DONE
      message.writeUInt32LE(1, 16); // CN_IDX_PROC
      message.writeUInt32LE(1, 20); // CN_VAL_PROC
      message.writeUInt16LE(4, 32);
      message.writeUInt32LE(listen, headers);
      call("sendto", [this.#socket, addressOf(message), message.length, 0, 0, 0], "ask for processes");
    } catch (error) {
      closeSync(this.#socket);
      throw error;
    }
  }

  /** How often the kernel said that it had to throw events away, and not how many. */
  get overruns(): number {
    return this.#overruns;
  }

  drain(take: (event: ProcessEvent) => void, limit: number): number {
    let taken = 0;
    while (taken < limit) {
      const length = this.#read();
      if (length === undefined) break;
      const event = eventIn(this.#buffer.subarray(0, length));
      taken += 1;
      if (event !== undefined) take(event);
    }
    return taken;
  }

  close(): void {
    closeSync(this.#socket);
  }

  #read(): number | undefined {
    for (;;) {
      try {
        return readSync(this.#socket, this.#buffer);
      } catch (error) {
        const { code } = error as { code?: unknown };
        if (code === "EAGAIN") return undefined;
        if (code !== "ENOBUFS") throw error;
        this.#overruns += 1;
      }
    }
  }
}

function eventIn(message: Buffer): ProcessEvent | undefined {
  if (message.length < headers + 24) return undefined;
  const what = message.readUInt32LE(headers);
  const [thread, process] = [message.readUInt32LE(headers + 16), message.readUInt32LE(headers + 20)];
  if (what === execEvent) return { kind: "exec", process };
  if (what !== exitEvent || thread !== process || message.length < headers + 28) return undefined;
  return { kind: "exit", process, status: message.readUInt32LE(headers + 24) };
}
