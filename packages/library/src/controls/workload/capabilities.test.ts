import { completeExample, exampleSnapshot, scan } from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "../../index.ts";

const controls = library.controls.map(({ id }) => id).filter((id) => id.startsWith("capability-"));

function findingsFor(capability: string): readonly string[] {
  const resources = completeExample({
    container: { securityContext: { capabilities: { add: [capability] } } },
  });
  const { results } = scan(exampleSnapshot(resources), library, {
    toolVersion: "test",
    frameworks: [],
    controls,
  });
  return results.map(({ control }) => control);
}

test.each([
  ["ALL", "capability-all"],
  ["SYS_ADMIN", "capability-sys-admin"],
  ["sys_admin", "capability-sys-admin"],
  ["CAP_SYS_ADMIN", "capability-sys-admin"],
  ["SYS_MODULE", "capability-sys-module"],
  ["DAC_READ_SEARCH", "capability-dac-read-search"],
  ["SYS_PTRACE", "capability-sys-ptrace"],
  ["SYS_RAWIO", "capability-sys-rawio"],
  ["SYS_BOOT", "capability-sys-boot"],
  ["BPF", "capability-bpf"],
  ["PERFMON", "capability-bpf"],
  ["NET_ADMIN", "capability-net-admin"],
  ["NET_RAW", "capability-net-raw"],
  ["SYS_TIME", "capability-sys-time"],
  ["SYSLOG", "capability-syslog"],
  ["IPC_LOCK", "capability-beyond-default"],
  ["MAC_ADMIN", "capability-beyond-default"],
  ["NEW_ONE", "capability-beyond-default"],
  ["chown", "capability-beyond-default"],
  ["CHOWN", "capability-added"],
  ["SETUID", "capability-added"],
])("%s has one finding: %s", (capability, control) => {
  expect(findingsFor(capability)).toEqual([control]);
});

test("NET_BIND_SERVICE has none", () => {
  expect(findingsFor("NET_BIND_SERVICE")).toEqual([]);
});
