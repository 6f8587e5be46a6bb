/** The agent on a node: what containers do, told by the kernel as far as the node lets it. */
export * from "./agent.ts";
export * from "./collect.ts";
export * from "./containers.ts";
export * from "./ebpf.ts";
export * from "./machine.ts";
export * from "./names.ts";
export { Outbox } from "./outbox.ts";
export type { AgentReport, Ship } from "./report.ts";
export { createShip, ShipError, type ShipOptions } from "./ship.ts";
export * from "./senses.ts";
export * from "./targets.ts";
export * from "./tier.ts";
export { questionIn } from "./dns.ts";
export { readRecord, type Kind, type RawRecord } from "./record.ts";
export { KernelError } from "./kernel.ts";
export { LoadError } from "./program.ts";
export { Peaking } from "./peaking.ts";
export { measureIn, type Measure, type Use } from "./use.ts";
