/** An eBPF program loaded by a container that did not while it was learned. */
import { defineDetection } from "@plimsoll/core";

export const bpfLoad = defineDetection({
  id: "bpf-load",
  title: "A program was loaded into the kernel",
  severity: "high",
  why: "eBPF programs see and change what the whole node does; few workloads other than agents of the node have a use for them.",
  techniques: ["T1218", "T1014"],
  equivalents: ["falco: BPF Program Not Profiled", "R0009"],
  closedBy: ["privileged-container", "capability-sys-admin"],
  kinds: ["kernel"],
  when: "detail.operation == 'bpf-load' && origin != 'set-up' && !learned",
  examples: {
    present: [{ shows: ["R0009"], detail: { kind: "kernel", operation: "bpf-load" }, settled: true }],
    absent: [
      {
        detail: { kind: "kernel", operation: "bpf-load" },
        earlier: [{ kind: "kernel", operation: "bpf-load" }],
        settled: true,
      },
      { detail: { kind: "kernel", operation: "bpf-load" }, origin: "set-up", settled: true },
    ],
  },
});
