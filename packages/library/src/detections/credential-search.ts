/** A search for keys or passwords. */
import { defineDetection } from "@plimsoll/core";

export const credentialSearch = defineDetection({
  id: "credential-search",
  title: "Files were searched for keys and passwords",
  severity: "high",
  why: "Nobody greps for private keys but to take them along.",
  techniques: ["T1552.001", "T1552.004"],
  equivalents: ["falco: Search Private Keys or Passwords", "falco: Find AWS Credentials"],
  closedBy: ["writable-root-filesystem"],
  kinds: ["exec"],
  when: "name in ['grep', 'egrep', 'fgrep', 'zgrep', 'rg', 'ag', 'find', 'locate', 'mlocate', 'plocate', 'busybox'] && line.matches('(?i)(id_rsa|id_dsa|id_ecdsa|id_ed25519|BEGIN [A-Z ]*PRIVATE|aws_access_key|aws_secret|aws_session_token|\\\\.aws/credentials|passwd|password|\\\\.pem( |$|\\\\W)|\\\\.kdbx|secret_?key|api_?key)')",
  examples: {
    present: [
      {
        shows: ["falco: Search Private Keys or Passwords"],
        detail: { kind: "exec", path: "/usr/bin/grep", args: ["grep", "-r", "BEGIN RSA PRIVATE", "/"] },
      },
      { detail: { kind: "exec", path: "/usr/bin/find", args: ["find", "/", "-name", "id_rsa"] } },
      {
        shows: ["falco: Find AWS Credentials"],
        detail: { kind: "exec", path: "/bin/busybox", args: ["grep", "-ri", "aws_secret", "/"] },
      },
    ],
    absent: [
      { detail: { kind: "exec", path: "/usr/bin/grep", args: ["grep", "-c", "processor", "/proc/cpuinfo"] } },
      { detail: { kind: "exec", path: "/usr/bin/find", args: ["find", "/tmp", "-mtime", "+3"] } },
    ],
  },
});
