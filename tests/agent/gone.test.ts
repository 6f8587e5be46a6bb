/** A cgroup goes while its files are read: that is no failure of whoever reads. */
import { closeSync, mkdirSync, openSync, readSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { hierarchyAt, orGone } from "@plimsoll/agent";
import { expect, test } from "vitest";

test("a file of a cgroup that went after it was opened reads as gone", () => {
  const folder = join(hierarchyAt("/sys/fs/cgroup").root, `plimsoll-gone-${process.pid}`);
  mkdirSync(folder);
  const descriptor = openSync(join(folder, "cgroup.procs"), "r");
  rmdirSync(folder);
  const read = (): number => readSync(descriptor, Buffer.alloc(16));
  try {
    expect(read).toThrow("ENODEV");
    expect(orGone(read)).toBeUndefined();
  } finally {
    closeSync(descriptor);
  }
});
