/** A program that destroys data in bulk. */
import { defineDetection } from "@plimsoll/core";

export const removeData = defineDetection({
  id: "remove-data",
  title: "Data is destroyed in bulk",
  severity: "high",
  why: "shred, mkfs and wipefs leave nothing to restore.",
  techniques: ["T1485"],
  equivalents: ["falco: Remove Bulk Data from Disk"],
  closedBy: [],
  kinds: ["exec"],
  when: "(name.matches('^(shred|wipefs|mkfs(\\\\..*)?|mke2fs|fdisk|parted|dd)$') && !learned && (name != 'dd' || line.contains('of=/dev/'))) || (name == 'rm' && line.matches(' -[a-zA-Z]*r[a-zA-Z]*( .*)? /(\\\\*|bin|boot|etc|home|lib|opt|root|srv|usr|var)?/?( |$)'))",
  examples: {
    present: [
      {
        shows: ["falco: Remove Bulk Data from Disk"],
        detail: { kind: "exec", path: "/usr/bin/shred", args: ["shred", "-u", "/data/db"] },
        settled: true,
      },
      { detail: { kind: "exec", path: "/bin/rm", args: ["rm", "-rf", "/"] }, settled: true },
      {
        detail: { kind: "exec", path: "/bin/dd", args: ["dd", "if=/dev/zero", "of=/dev/sda"] },
        settled: true,
      },
    ],
    absent: [
      { detail: { kind: "exec", path: "/bin/rm", args: ["rm", "-rf", "/tmp/cache/x"] }, settled: true },
      { detail: { kind: "exec", path: "/bin/dd", args: ["dd", "if=/dev/zero", "of=/tmp/x"] }, settled: true },
    ],
  },
});
