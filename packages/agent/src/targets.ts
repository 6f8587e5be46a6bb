/** Finds what somebody asked to observe on this machine: a container by id or name, a compose project, a process. */
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@plimsoll/core";
import { cgroupsBelow, containerOf, ownerOf, type FoundCgroup, type Hierarchy } from "./containers.ts";
import { factsOf, orGone } from "./processes.ts";

/** What to watch: the cgroups, and how people call what runs in them, by the id that the sensor tells. */
export interface Targets {
  readonly cgroups: ReadonlySet<bigint>;
  readonly names: ReadonlyMap<string, string>;
}

/** The command lines of container runtimes on this machine, in the order in which they are asked. */
const runtimes = ["docker", "podman", "nerdctl"] as const;
const answerWithin = 10_000;

export interface Asked {
  /** Ids (at least twelve digits) or names of containers. */
  readonly containers: readonly string[];
  readonly compose?: string;
  readonly processes: readonly number[];
}

/** Undefined where nothing was asked for by name: then all containers are meant. */
export function findTargets(asked: Asked, hierarchy: Hierarchy, proc = "/proc"): Targets | undefined {
  const named = [
    ...asked.containers.map(byName),
    ...(asked.compose === undefined ? [] : byProject(asked.compose)),
  ];
  if (named.length === 0 && asked.processes.length === 0) return undefined;
  const running = [...cgroupsBelow(hierarchy)];
  const cgroups = new Set<bigint>();
  const names = new Map<string, string>();
  for (const { id, name } of named) {
    const found = running.filter(
      ({ container, path }) => container?.id.startsWith(id) === true && isOwn(path),
    );
    if (found.length === 0)
      throw new UserError(
        "usage",
        `no container ${name} runs on this machine`,
        "name one that runs, by its id or its name; without a name all are observed",
      );
    for (const { cgroup, container } of found) {
      cgroups.add(cgroup);
      names.set(container!.id, name);
    }
  }
  for (const process of asked.processes) {
    const { cgroup, id, name } = byProcess(process, hierarchy, proc);
    cgroups.add(cgroup);
    names.set(id, name);
  }
  return { cgroups, names };
}

/** A container may name what it makes within its own cgroup as another's: that is not the other's. */
function isOwn(path: string): boolean {
  return ownerOf(path)?.path === path;
}

/** A process of a cgroup or of one below it; undefined where none runs any more. */
export function processIn(cgroup: bigint, hierarchy: Hierarchy): number | undefined {
  const path = [...cgroupsBelow(hierarchy)].find((found) => found.cgroup === cgroup)?.path;
  if (path === undefined) return undefined;
  for (const below of cgroupsBelow(hierarchy, path)) {
    const processes = orGone(() => readFileSync(join(hierarchy.root, below.path, "cgroup.procs"), "utf8"));
    const [first] = processes?.split("\n").filter((line) => line !== "") ?? [];
    if (first !== undefined) return Number(first);
  }
  return undefined;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

function byName(name: string): Named {
  if (/^[0-9a-f]{12,64}$/.test(name)) return { id: name, name: name.slice(0, 12) };
  const tried: string[] = [];
  for (const runtime of runtimes) {
    const id = ask(runtime, ["inspect", "--type", "container", "--format", "{{.Id}}", "--", name], tried);
    if (id !== undefined && /^[0-9a-f]{64}$/.test(id.trim())) return { id: id.trim(), name };
  }
  throw new UserError(
    "usage",
    `no container is named ${name}`,
    tried.length === 0
      ? `give its id: none of ${runtimes.join(", ")} is here to ask for names`
      : `asked ${tried.join(" and ")}; give its id, or its name as they list it`,
  );
}

function byProject(project: string): readonly Named[] {
  const tried: string[] = [];
  for (const runtime of runtimes) {
    const filter = `label=com.docker.compose.project=${project}`;
    const lines = ask(
      runtime,
      ["ps", "--no-trunc", "--filter", filter, "--format", "{{.ID}} {{.Names}}"],
      tried,
    );
    const found = (lines ?? "")
      .trim()
      .split("\n")
      .flatMap((line) => {
        const [id = "", name = ""] = line.split(" ");
        return /^[0-9a-f]{64}$/.test(id) ? [{ id, name }] : [];
      });
    if (found.length > 0) return found;
  }
  throw new UserError(
    "usage",
    `no container of the compose project ${project} runs`,
    tried.length === 0
      ? `one of ${runtimes.join(", ")} has to be here to know which are its containers`
      : "start it first, or name another with --compose",
  );
}

/** Undefined where the runtime is not here or does not know; who is here is added to `tried`. */
function ask(runtime: string, given: readonly string[], tried: string[]): string | undefined {
  try {
    const output = execFileSync(runtime, given, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: answerWithin,
    });
    tried.push(runtime);
    return output;
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ENOENT") tried.push(runtime);
    return undefined;
  }
}

function byProcess(process: number, hierarchy: Hierarchy, proc: string): Named & Pick<FoundCgroup, "cgroup"> {
  const facts = factsOf(proc, process);
  if (facts === undefined)
    throw new UserError(
      "usage",
      `no process ${process} runs, or it is not ours to see`,
      "name one that runs, as root",
    );
  if (facts.cgroup === "/")
    throw new UserError(
      "usage",
      `process ${process} is in no cgroup of its own, but in the one of everything else`,
      "start it in one: systemd-run --scope COMMAND",
    );
  const cgroup = orGone(() => statSync(join(hierarchy.root, facts.cgroup), { bigint: true }).ino);
  if (cgroup === undefined)
    throw new UserError(
      "usage",
      `the cgroup of process ${process} is not seen here`,
      "run it on the machine itself",
    );
  const name = facts.program.split("/").at(-1)!;
  return { cgroup, id: containerOf(facts.cgroup)?.id ?? String(cgroup), name };
}
