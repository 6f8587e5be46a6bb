/** When each minor version of Kubernetes stops being maintained: kubernetes.io/releases, as of July 2026. */
export const endOfLife: ReadonlyMap<string, string> = new Map([
  ["1.20", "2022-02-28"],
  ["1.21", "2022-06-28"],
  ["1.22", "2022-10-28"],
  ["1.23", "2023-02-28"],
  ["1.24", "2023-07-28"],
  ["1.25", "2023-10-28"],
  ["1.26", "2024-02-28"],
  ["1.27", "2024-06-28"],
  ["1.28", "2024-10-28"],
  ["1.29", "2025-02-28"],
  ["1.30", "2025-06-28"],
  ["1.31", "2025-10-28"],
  ["1.32", "2026-02-28"],
  ["1.33", "2026-06-28"],
  ["1.34", "2026-10-27"],
  ["1.35", "2027-02-28"],
  ["1.36", "2027-06-28"],
]);

/** `1.35` of `v1.35.4+k3s1`; nothing for what is no version. */
export function minorText(version: string | undefined): string | undefined {
  const match = /^v?(\d+)\.(\d+)/.exec(version ?? "");
  return match === null ? undefined : `${match[1]}.${match[2]}`;
}

export interface Support {
  readonly supported: boolean;
  readonly because: string;
}

/** Whether a version was still maintained on a day (RFC 3339); nothing where the table does not know it. */
export function supportOf(version: string | undefined, day: string): Support | undefined {
  const minor = minorText(version);
  if (minor === undefined) return undefined;
  const end = endOfLife.get(minor);
  const oldest = Number([...endOfLife.keys()][0]!.split(".")[1]);
  if (end === undefined) {
    const [major, number] = minor.split(".").map(Number);
    if (major === 1 && number! < oldest)
      return { supported: false, because: `Kubernetes ${minor} has not been maintained since before 2022` };
    return undefined;
  }
  const supported = day.slice(0, 10) <= end;
  return {
    supported,
    because: supported
      ? `Kubernetes ${minor} is maintained until ${end}`
      : `Kubernetes ${minor} has not been maintained since ${end}`,
  };
}
