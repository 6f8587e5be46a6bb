/** What the other packages may use of core. */
export * from "./model/json.ts";
export * from "./model/error.ts";
export * from "./model/resource.ts";
export * from "./model/workload.ts";
export * from "./model/subject.ts";
export * from "./model/image.ts";
export * from "./model/observation.ts";
export * from "./model/evidence.ts";
export * from "./model/gap.ts";
export * from "./model/finding.ts";
export * from "./model/snapshot.ts";
export * from "./model/report.ts";
export * from "./inventory/inventory.ts";
export * from "./controls/control.ts";
export * from "./controls/framework.ts";
export * from "./formats/format.ts";
export * from "./scan.ts";
