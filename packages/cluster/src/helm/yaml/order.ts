/** The order in which go-yaml writes keys: letters by themselves, runs of digits as numbers. */

function isLetter(char: string): boolean {
  return /^\p{L}$/u.test(char);
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && /^\p{Nd}$/u.test(char);
}

export function compareKeys(a: string, b: string): number {
  const one = [...a];
  const other = [...b];
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const x = one[at] ?? "";
    const y = other[at] ?? "";
    if (x === y) continue;
    const first = isLetter(x);
    const second = isLetter(y);
    if (first && second) return point(x) - point(y);
    if (first || second) return second ? -1 : 1;
    return compareDigits(one, other, at);
  }
  return one.length - other.length;
}

function point(char: string): number {
  return char.codePointAt(0) ?? 0;
}

function compareDigits(one: readonly string[], other: readonly string[], at: number): number {
  // A nought after other digits of the same run counts as a digit, not as a leading one.
  let lead = 0n;
  if (one[at] === "0" || other[at] === "0") {
    for (let back = at - 1; back >= 0 && isDigit(one[back]); back -= 1) {
      if (one[back] !== "0") {
        lead = 1n;
        break;
      }
    }
  }
  const [x, xEnd] = run(one, at, lead);
  const [y, yEnd] = run(other, at, lead);
  if (x !== y) return x < y ? -1 : 1;
  if (xEnd !== yEnd) return xEnd - yEnd;
  return point(one[at] ?? "") - point(other[at] ?? "");
}

function run(chars: readonly string[], at: number, lead: bigint): readonly [bigint, number] {
  let value = lead;
  let end = at;
  while (isDigit(chars[end])) {
    value = BigInt.asIntN(64, value * 10n + BigInt(point(chars[end] ?? "") - 0x30));
    end += 1;
  }
  return [value, end];
}
