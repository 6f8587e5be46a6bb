/** JSON values out of a stream: one a line, or one over many lines as `kubectl -o json` writes it; bounded. */

export interface ValueLimits {
  /** Characters of a value on one line. */
  readonly line: number;
  /** Characters of a value over many lines. */
  readonly document: number;
}

export const valueLimits: ValueLimits = { line: 16 * 1024 * 1024, document: 64 * 1024 * 1024 };

/** Why there is no value. */
export type Unreadable = "too-long" | "no-json";

export interface Taker {
  /** A value and the text that it was read from. */
  readonly value: (value: unknown, text: string) => void;
  readonly unreadable: (why: Unreadable) => void;
}

export interface Splitter {
  readonly push: (text: string) => void;
  readonly end: () => void;
}

/** As the logs of a container runtime have it: time, stream and a mark before the line. */
const runtimePrefix = /^\S{10,40} (?:stdout|stderr) F (?=\{)/;

export function createSplitter(taker: Taker, limits: ValueLimits = valueLimits): Splitter {
  let rest = "";
  let skipping = false;
  const lines = createAssembler(taker, limits);
  return {
    push: (text) => {
      const parts = text.split("\n");
      for (const [index, part] of parts.entries()) {
        const isLast = index === parts.length - 1;
        if (!skipping) rest += part;
        if (rest.length > limits.line) {
          taker.unreadable("too-long");
          rest = "";
          skipping = true;
        }
        if (isLast) break;
        if (!skipping) lines.line(rest);
        rest = "";
        skipping = false;
      }
    },
    end: () => {
      if (!skipping) lines.line(rest);
      lines.end();
      rest = "";
    },
  };
}

interface Assembler {
  readonly line: (line: string) => void;
  readonly end: () => void;
}

/** Lines from a bare bracket to the one at the same place that closes it are one value. */
function createAssembler(taker: Taker, limits: ValueLimits): Assembler {
  let open: string[] | undefined;
  let length = 0;
  const close = (): void => {
    if (open === undefined) return;
    const text = open.join("\n");
    open = undefined;
    length = 0;
    read(text, taker);
  };
  const single = (line: string): void => {
    const text = line.trim().replace(runtimePrefix, "");
    if (text === "") return;
    if (text === "{" || text === "[" || isFirst(text)) {
      open = [text];
      length = 1;
    } else read(text, taker);
  };
  return {
    line: (line) => {
      if (open === undefined) return single(line);
      const before = open.at(-1)!.trimEnd();
      const isMember = open[0]!.startsWith("[") && (before === "[" || isFirst(before) || isNext(before));
      // A whole record in the middle of one: the one before was cut off.
      if (!isMember && line.startsWith('{"') && line.trimEnd().endsWith("}")) {
        open = undefined;
        taker.unreadable("no-json");
        return single(line);
      }
      open.push(line);
      length += line.length + 1;
      if (length > limits.document) {
        open = undefined;
        taker.unreadable("too-long");
      } else if (/^[}\]]\s*$/.test(line) || (isMember && /^\{.*\}\]\s*$/.test(line))) close();
    },
    end: () => close(),
  };
}

/** Of a list that has a record a line: the first, beside the bracket. */
function isFirst(line: string): boolean {
  return line.startsWith("[{") && line.endsWith("},");
}

/** One that another follows. */
function isNext(line: string): boolean {
  return line.startsWith("{") && line.endsWith("},");
}

function read(text: string, taker: Taker): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return taker.unreadable("no-json");
  }
  taker.value(value, text);
}

/** More brackets within each other, or more values, than any tool's record has. */
export function isTooDeep(value: unknown, depth = 64, most = 200_000): boolean {
  let count = 0;
  const stack: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    count += 1;
    if (item.depth > depth || count > most) return true;
    if (typeof item.value !== "object" || item.value === null) continue;
    for (const entry of Object.values(item.value)) stack.push({ value: entry, depth: item.depth + 1 });
  }
  return false;
}
