/** The real doors: this machine's clock, randomness, network and files. */
import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clock, Disk, Doors, Random } from "./doors.ts";
import { isMissing } from "./failure.ts";
import { network } from "./wire.ts";

export function openWorld(): Doors {
  return { clock, random, network, disk };
}

const clock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

const random: Random = { next: () => Math.random(), bytes: (length) => randomBytes(length) };

const disk: Disk = {
  read: (path) => readFile(path),
  write: writeWhole,
  append: async (path, bytes) => {
    const file = await open(path, "a", 0o600);
    try {
      await file.writeFile(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
  },
  remove: (path) => rm(path, { force: true }),
  rename,
  list: async (path) => (await readdir(path)).sort(),
  makeFolder: async (path) => void (await mkdir(path, { recursive: true, mode: 0o700 })),
  look: async (path) => {
    try {
      const found = await stat(path);
      return { folder: found.isDirectory(), bytes: found.size, changedAt: found.mtimeMs };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
};

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const draft = join(dirname(path), `.${randomBytes(6).toString("hex")}.part`);
  const file = await open(draft, "wx", 0o600);
  try {
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync(); // the new name itself
  } finally {
    await folder.close();
  }
}
