/** Which of two resource versions is the later one, as Kubernetes 1.35 defines it for its own resources. */

const decimal = /^[1-9][0-9]*$/;

/** Below, at or above 0; undefined where a server has versions of another form, of which nothing may be concluded. */
export function compareVersions(one: string, other: string): number | undefined {
  if (one === other) return 0;
  if (!decimal.test(one) || !decimal.test(other)) return undefined;
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : 1;
}

/** Whether it is certain that the first is older. */
export function isOlder(one: string, other: string): boolean {
  const order = compareVersions(one, other);
  return order !== undefined && order < 0;
}
