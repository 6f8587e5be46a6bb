/** A disk in memory for simulations: it keeps what was flushed, and fails when it is told to. */
import type { Disk } from "../../packages/cluster/src/doors.ts";

export interface SimulatedDisk extends Disk {
  readonly files: Map<string, Uint8Array>;
  /** Fails an operation with a system error (`ENOSPC`, `EIO`); undefined lets it pass. */
  readonly fail: (fault: (operation: string, path: string) => string | undefined) => void;
}

export function createDisk(now: () => number): SimulatedDisk {
  const files = new Map<string, Uint8Array>();
  const changed = new Map<string, number>();
  let fault: (operation: string, path: string) => string | undefined = () => undefined;
  const check = (operation: string, path: string): void => {
    const code = fault(operation, path);
    if (code !== undefined) throw systemError(code, operation, path);
  };
  const put = (path: string, bytes: Uint8Array): void => {
    files.set(path, bytes);
    changed.set(path, now());
  };
  return {
    files,
    fail: (next) => void (fault = next),
    read: async (path) => {
      check("read", path);
      const bytes = files.get(path);
      if (bytes === undefined) throw systemError("ENOENT", "read", path);
      return bytes.slice();
    },
    write: async (path, bytes) => {
      check("write", path);
      put(path, bytes.slice());
    },
    append: async (path, bytes) => {
      check("append", path);
      const whole = files.get(path) ?? new Uint8Array();
      put(path, Uint8Array.from([...whole, ...bytes]));
    },
    remove: async (path) => {
      check("remove", path);
      files.delete(path);
    },
    rename: async (from, to) => {
      check("rename", from);
      const bytes = files.get(from);
      if (bytes === undefined) throw systemError("ENOENT", "rename", from);
      files.delete(from);
      put(to, bytes);
    },
    list: async (path) => {
      check("list", path);
      const names = [...files.keys()].filter((file) => file.startsWith(`${path}/`));
      return [...new Set(names.map((file) => file.slice(path.length + 1).split("/")[0]!))].sort();
    },
    makeFolder: async (path) => check("makeFolder", path),
    look: async (path) => {
      check("look", path);
      const bytes = files.get(path);
      if (bytes !== undefined) {
        return { folder: false, bytes: bytes.length, changedAt: changed.get(path) ?? 0 };
      }
      const folder = [...files.keys()].some((file) => file.startsWith(`${path}/`));
      return folder ? { folder, bytes: 0, changedAt: 0 } : undefined;
    },
  };
}

function systemError(code: string, operation: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${operation} ${path}`), { code });
}
