/** When container runtimes and operating systems of nodes stop being maintained, as their projects say. */
import { endOfLife, type Support } from "../control-plane/releases.ts";

/** github.com/containerd/containerd RELEASES.md, as of March 2026. */
const containerdEnds: ReadonlyMap<string, string> = new Map([
  ["1.4", "2022-03-03"],
  ["1.5", "2023-02-28"],
  ["1.6", "2025-08-23"],
  ["1.7", "2026-09-30"],
  ["2.0", "2025-11-07"],
  ["2.1", "2026-05-05"],
  ["2.2", "2026-11-06"],
  ["2.3", "2028-04-30"],
]);

/** Ends of the vendors' free maintenance; systems without fixed versions (Bottlerocket, Talos, Flatcar …) are not here. */
const systemEnds: readonly (readonly [image: RegExp, name: string, end: string])[] = [
  [/^Ubuntu 16\.04/, "Ubuntu 16.04", "2021-04-30"],
  [/^Ubuntu 18\.04/, "Ubuntu 18.04", "2023-05-31"],
  [/^Ubuntu 20\.04/, "Ubuntu 20.04", "2025-05-31"],
  [/^Ubuntu 22\.04/, "Ubuntu 22.04", "2027-04-30"],
  [/^Ubuntu 24\.04/, "Ubuntu 24.04", "2029-05-31"],
  [/^Debian GNU\/Linux 9\b/, "Debian 9", "2022-06-30"],
  [/^Debian GNU\/Linux 10\b/, "Debian 10", "2024-06-30"],
  [/^Debian GNU\/Linux 11\b/, "Debian 11", "2026-08-31"],
  [/^Debian GNU\/Linux 12\b/, "Debian 12", "2028-06-30"],
  [/^Debian GNU\/Linux 13\b/, "Debian 13", "2030-06-30"],
  [/^CentOS Linux 7\b/, "CentOS 7", "2024-06-30"],
  [/^CentOS Linux 8\b/, "CentOS 8", "2021-12-31"],
  [/^CentOS Stream 8\b/, "CentOS Stream 8", "2024-05-31"],
  [/^CentOS Stream 9\b/, "CentOS Stream 9", "2027-05-31"],
  [/^Red Hat Enterprise Linux( Server)? 7\b/, "Red Hat Enterprise Linux 7", "2024-06-30"],
  [/^Red Hat Enterprise Linux 8\b/, "Red Hat Enterprise Linux 8", "2029-05-31"],
  [/^Red Hat Enterprise Linux 9\b/, "Red Hat Enterprise Linux 9", "2032-05-31"],
  [/^(Rocky Linux|AlmaLinux) 8\b/, "Rocky Linux or AlmaLinux 8", "2029-03-31"],
  [/^(Rocky Linux|AlmaLinux) 9\b/, "Rocky Linux or AlmaLinux 9", "2032-05-31"],
  [/^Amazon Linux 2$/, "Amazon Linux 2", "2026-06-30"],
  [/^Amazon Linux 2023/, "Amazon Linux 2023", "2029-06-30"],
  [/^CBL-Mariner\/Linux|^CBL-Mariner 2/, "CBL-Mariner 2", "2025-07-31"],
];

function judged(name: string, end: string, day: string): Support {
  const supported = day.slice(0, 10) <= end;
  return {
    supported,
    because: supported
      ? `${name} is maintained until ${end}`
      : `${name} has not been maintained since ${end}`,
  };
}

/** Of `containerd://2.2.1` or `cri-o://1.34.2`; nothing for what the tables do not know. */
export function runtimeSupport(version: string | undefined, day: string): Support | undefined {
  const match = /^([\w-]+):\/\/v?(\d+)\.(\d+)/.exec(version ?? "");
  if (match === null) return undefined;
  const [, runtime = "", major = "", minor = ""] = match;
  const release = `${major}.${minor}`;
  if (runtime === "docker")
    return {
      supported: false,
      because: "Kubernetes has not run Docker itself since 1.24: the node is as old as that",
    };
  const ends = runtime === "containerd" ? containerdEnds : runtime === "cri-o" ? endOfLife : undefined;
  const end = ends?.get(release);
  if (end !== undefined) return judged(`${runtime} ${release}`, end, day);
  const oldest = [...(ends?.keys() ?? [])][0]?.split(".").map(Number);
  if (oldest === undefined || Number(major) > oldest[0]! || Number(minor) > oldest[1]!) return undefined;
  return { supported: false, because: `${runtime} ${release} has not been maintained for years` };
}

/** Of `Ubuntu 24.04.3 LTS`; nothing for what the table does not know. */
export function systemSupport(image: string | undefined, day: string): Support | undefined {
  const found = systemEnds.find(([pattern]) => pattern.test(image ?? ""));
  return found === undefined ? undefined : judged(found[1], found[2], day);
}
