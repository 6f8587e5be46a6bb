/** A seccomp profile of the system calls that a container was seen to make, and of those that its start takes. */
import type { Thresholds } from "../../model/evidence.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import { isJsonObject } from "../../model/json.ts";
import type { Container, Workload } from "../../model/workload.ts";
import type { Seen as SeenBatch } from "../../evidence/merge.ts";
import type { Generated } from "./generated.ts";
import { gathered } from "../verdicts/gathered.ts";
import { likelyStart, tracedStart } from "./start-calls.ts";
import { learnedFrom } from "./workload-seen.ts";

/** Which of them only x86 has, and so no profile of another architecture names. */
const perArchitecture: { readonly [architecture: string]: readonly string[] } = {
  SCMP_ARCH_X86_64: ["arch_prctl"],
};

const architectures: { readonly [name: string]: string } = {
  amd64: "SCMP_ARCH_X86_64",
  x86_64: "SCMP_ARCH_X86_64",
  x64: "SCMP_ARCH_X86_64",
  arm64: "SCMP_ARCH_AARCH64",
  aarch64: "SCMP_ARCH_AARCH64",
  ppc64le: "SCMP_ARCH_PPC64LE",
  s390x: "SCMP_ARCH_S390X",
  riscv64: "SCMP_ARCH_RISCV64",
};

export function seccompFor(
  workload: Workload,
  container: Container,
  inventory: Inventory,
  seen: SeenBatch,
  least?: Thresholds,
): Generated {
  const source = gathered(inventory, seen, least)(workload).container(container);
  const { details, doubtful, missing } = learnedFrom("syscall", [source]);
  const observed = [...new Set(details.map(({ name }) => name))].sort();
  const told = [...new Set(details.flatMap(({ architecture }) => architecture ?? []))];
  const found = (told.length > 0 ? told : nodeArchitectures(inventory)).map(
    (name) => architectures[name] ?? name,
  );
  const names = [
    ...new Set([
      ...observed,
      ...tracedStart,
      ...likelyStart,
      ...found.flatMap((name) => perArchitecture[name] ?? []),
    ]),
  ].sort();
  const unknown = found.length === 0;
  const nothing = observed.length === 0;
  const allowed = new Set(names);
  return {
    resources: [],
    ...(nothing || unknown
      ? {}
      : {
          file: {
            defaultAction: "SCMP_ACT_ERRNO",
            defaultErrnoRet: 1,
            architectures: [...new Set(found)].sort(),
            syscalls: [{ names, action: "SCMP_ACT_ALLOW" }],
          },
        }),
    proof: {
      replayed: observed.length,
      denied: observed.filter((name) => !allowed.has(name)),
      undecided: unknown ? ["for which architecture: neither calls nor nodes tell"] : [],
      admitted: names.length,
      seen: observed.length,
    },
    notes: [
      ...(nothing ? ["no system call was seen: let a sensor record them"] : []),
      `${names.length - observed.length} calls were not seen and are there for the start of the container`,
      ...doubtful.map((text) => `left out: ${text}`),
      "begin with defaultAction SCMP_ACT_LOG on one replica: what programs call on rare paths is in no record",
    ],
    missing,
  };
}

function nodeArchitectures(inventory: Inventory): readonly string[] {
  const found = inventory.ofKind("v1/Node").flatMap(({ resource }) => {
    const status = resource["status"];
    const info = isJsonObject(status) ? status["nodeInfo"] : undefined;
    return isJsonObject(info) && typeof info["architecture"] === "string" ? [info["architecture"]] : [];
  });
  return [...new Set(found)];
}
