/** What a pod's processes show of themselves: by it, and by no agent, it is known what they loaded. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { run } from "../installed.ts";

/** The runtime's id of it. */
export function containerIn(namespace: string): string {
  const path = "jsonpath={.status.containerStatuses[0].containerID}";
  return run("kubectl", "-n", namespace, "get", "pod", "app", "-o", path).replace(/^.*\/\//, "");
}

export function processesOf(id: string): readonly string[] {
  return readdirSync("/proc").filter((each) => {
    try {
      return /^\d+$/.test(each) && readFileSync(`/proc/${each}/cgroup`, "utf8").includes(id);
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

/** Files that are in a process's memory or held open by it, by exactly that path; and what runtimes told in the log. */
export function witnessedIn(namespace: string): ReadonlySet<string> {
  const files = new Set(run("kubectl", "-n", namespace, "logs", "app").split("\n"));
  for (const process of processesOf(containerIn(namespace))) {
    for (const line of readFileSync(`/proc/${process}/maps`, "utf8").split("\n")) {
      const [, path] = /^(?:\S+\s+){5}(\/.*)$/.exec(line) ?? [];
      if (path !== undefined) files.add(path);
    }
    for (const each of readdirSync(`/proc/${process}/fd`))
      try {
        files.add(readlinkSync(`/proc/${process}/fd/${each}`));
      } catch {
        // it was closed meanwhile
      }
    // A script is in nobody's memory by its name.
    for (const word of readFileSync(`/proc/${process}/cmdline`, "utf8").split("\0")) files.add(word);
  }
  return files;
}

/** By the tool's list of its files. */
export function isWitnessed(name: string, files: readonly string[], seen: ReadonlySet<string>): boolean {
  if (!name.startsWith("npm ")) return files.some((file) => seen.has(file) || seen.has(merged(file)));
  const folders = files.map((file) => file.replace(/package\.json$/, ""));
  return [...seen].some((path) =>
    folders.some((folder) => path.startsWith(folder) && !path.slice(folder.length).includes("node_modules/")),
  );
}

function merged(file: string): string {
  return file.replace(/^\/(bin|sbin|lib|lib64)\//, "/usr/$1/");
}
