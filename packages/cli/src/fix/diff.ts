/** Two texts as a unified diff, which `git apply` and `patch` read. */

const context = 3;
/** Beyond so many differing lines the whole middle is told as changed: the shortest way would take too long to find. */
const mostEdits = 2_000;

/** `""` where they are the same. */
export function unifiedDiff(before: string, after: string, file: string): string {
  const [old, made] = [linesOf(before), linesOf(after)];
  const steps = stepsBetween(old, made);
  if (steps.every(({ sign }) => sign === " ")) return "";
  const name = /[\s"\\]/.test(file) ? JSON.stringify : String;
  return `--- ${name(`a/${file}`)}\n+++ ${name(`b/${file}`)}\n${hunks(steps).join("")}`;
}

interface Step {
  readonly sign: " " | "-" | "+";
  readonly line: string;
}

/** Lines with their breaks. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function stepsBetween(old: readonly string[], made: readonly string[]): readonly Step[] {
  let start = 0;
  while (start < old.length && start < made.length && old[start] === made[start]) start += 1;
  let [a, b] = [old.length, made.length];
  while (a > start && b > start && old[a - 1] === made[b - 1]) [a, b] = [a - 1, b - 1];
  const same = (line: string): Step => ({ sign: " ", line });
  return [
    ...old.slice(0, start).map(same),
    ...shortest(old.slice(start, a), made.slice(start, b)),
    ...old.slice(a).map(same),
  ];
}

/** Myers, "An O(ND) Difference Algorithm and Its Variations" (1986): the furthest reached on each diagonal, round by round. */
function shortest(old: readonly string[], made: readonly string[]): readonly Step[] {
  const rounds: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  for (let count = 0; count <= Math.min(old.length + made.length, mostEdits); count += 1) {
    rounds.push(new Map(furthest));
    for (let diagonal = -count; diagonal <= count; diagonal += 2) {
      let x = isDown(furthest, diagonal, count)
        ? furthest.get(diagonal + 1)!
        : furthest.get(diagonal - 1)! + 1;
      while (x < old.length && x - diagonal < made.length && old[x] === made[x - diagonal]) x += 1;
      furthest.set(diagonal, x);
      if (x >= old.length && x - diagonal >= made.length) return traced(old, made, rounds);
    }
    furthest = new Map(furthest);
  }
  return [
    ...old.map((line): Step => ({ sign: "-", line })),
    ...made.map((line): Step => ({ sign: "+", line })),
  ];
}

function isDown(furthest: ReadonlyMap<number, number>, diagonal: number, count: number): boolean {
  if (diagonal === -count) return true;
  return diagonal !== count && (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1);
}

function traced(
  old: readonly string[],
  made: readonly string[],
  rounds: readonly ReadonlyMap<number, number>[],
): readonly Step[] {
  const steps: Step[] = [];
  let [x, y] = [old.length, made.length];
  for (let count = rounds.length - 1; count >= 0; count -= 1) {
    const furthest = rounds[count]!;
    const diagonal = x - y;
    const before = isDown(furthest, diagonal, count) ? diagonal + 1 : diagonal - 1;
    const fromX = furthest.get(before) ?? 0;
    const fromY = fromX - before;
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      steps.push({ sign: " ", line: old[x - 1]! });
      [x, y] = [x - 1, y - 1];
    }
    if (count === 0) break;
    if (x === fromX) steps.push({ sign: "+", line: made[(y -= 1)]! });
    else steps.push({ sign: "-", line: old[(x -= 1)]! });
  }
  return steps.reverse();
}

function hunks(steps: readonly Step[]): readonly string[] {
  const found: string[] = [];
  let [oldLine, newLine] = [1, 1];
  let at = 0;
  while (at < steps.length) {
    const first = steps.findIndex(({ sign }, index) => index >= at && sign !== " ");
    if (first < 0) break;
    const start = Math.max(at, first - context);
    let [end, quiet] = [first, 0];
    while (end < steps.length && quiet <= 2 * context) quiet = steps[end++]!.sign === " " ? quiet + 1 : 0;
    end = quiet > context ? end - (quiet - context) : end;
    oldLine += start - at;
    newLine += start - at;
    const own = steps.slice(start, end);
    const olds = own.filter(({ sign }) => sign !== "+").length;
    const news = own.filter(({ sign }) => sign !== "-").length;
    const head = `@@ -${rangeText(oldLine, olds)} +${rangeText(newLine, news)} @@\n`;
    found.push(head + own.map(lineText).join(""));
    [oldLine, newLine, at] = [oldLine + olds, newLine + news, end];
  }
  return found;
}

function rangeText(line: number, count: number): string {
  return count === 1 ? String(line) : `${count === 0 ? line - 1 : line},${count}`;
}

function lineText({ sign, line }: Step): string {
  return line.endsWith("\n") ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`;
}
