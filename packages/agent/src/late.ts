/** What /proc tells of the containers that were there before us: which process is the first, and which programs run. */
import { Chosen } from "./chosen.ts";
import type { Collector } from "./collect.ts";
import type { ContainerId } from "./containers.ts";
import { sinceBoot } from "./machine.ts";
import { execRecord, factsOf, processesIn, type ProcessFacts } from "./processes.ts";
import type { SenseOptions } from "./senses.ts";

/** The entry point is the oldest of a container's processes. `ids`: of those alone. */
export function tellOfThePast(collector: Collector, options: SenseOptions, ids?: ReadonlySet<string>): void {
  const chosen = new Chosen(options);
  const containers = new Map<
    string,
    { readonly container: ContainerId; readonly processes: ProcessFacts[] }
  >();
  for (const process of processesIn(options.proc)) {
    const facts = factsOf(options.proc, process);
    const container = facts && chosen.of(facts);
    if (facts === undefined || container === undefined || ids?.has(container.id) === false) continue;
    const known = containers.get(container.id) ?? { container, processes: [] };
    containers.set(container.id, known);
    known.processes.push(facts);
  }
  for (const { container, processes } of containers.values()) {
    processes.sort((a, b) =>
      a.started < b.started ? -1 : a.started > b.started ? 1 : a.process - b.process,
    );
    const entry = processes[0]!.process;
    collector.found(container, entry);
    for (const facts of processes) {
      const record = { ...execRecord(facts, sinceBoot(options.proc)), root: entry };
      collector.take({ record, container, fromStart: false });
    }
  }
}
