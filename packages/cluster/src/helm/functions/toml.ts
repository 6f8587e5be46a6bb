/** Values to TOML as BurntSushi's encoder writes them: plain entries first, then tables, keys sorted. */
import { tick } from "../template/budget.ts";
import { shortestFloat } from "../template/format.ts";
import { isDict, isList, isObject, plain, sortedKeys, type Dict, type Value } from "../template/value.ts";
import { unsupported } from "../template/fault.ts";

export function writeToml(value: Value): string {
  const simple = plain(value);
  if (!isDict(simple)) throw unsupported("TOML of what is no map");
  const out: string[] = [];
  writeTable(out, simple, []);
  return out.join("");
}

function isTable(value: Value): boolean {
  return isDict(value) || (isList(value) && value.items.length > 0 && value.items.every(isDict));
}

function writeTable(out: string[], table: Dict, path: readonly string[]): void {
  const keys = sortedKeys(table).filter((key) => {
    const value = table.entries.get(key);
    return value !== null && value !== undefined;
  });
  const pad = "  ".repeat(Math.max(0, path.length));
  for (const key of keys) {
    const value = table.entries.get(key);
    if (!isTable(value)) out.push(`${pad}${keyText(key)} = ${inline(value)}\n`);
  }
  for (const key of keys) {
    const value = table.entries.get(key);
    const inner = [...path, key];
    const name = inner.map(keyText).join(".");
    const own = "  ".repeat(path.length);
    if (isDict(value)) {
      if (path.length === 0 && out.length > 0) out.push("\n");
      out.push(`${own}[${name}]\n`);
      writeTable(out, value, inner);
    } else if (isTable(value) && isList(value)) {
      for (const item of value.items) {
        if (out.length > 0) out.push("\n");
        out.push(`${own}[[${name}]]\n`);
        writeTable(out, item as Dict, inner);
      }
    }
  }
}

function keyText(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : text(key);
}

const escapes: Readonly<Record<string, string>> = {
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};

function text(value: string): string {
  const body = value.replaceAll(
    /["\\\p{Cc}]/gu,
    (char) => escapes[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `"${body}"`;
}

function inline(value: Value): string {
  tick();
  const simple = plain(value);
  if (typeof simple === "string") return text(simple);
  if (typeof simple === "boolean") return String(simple);
  if (typeof simple === "number") return floatText(simple);
  if (isObject(simple) && simple.kind === "int") return String(simple.value);
  if (isList(simple)) return `[${simple.items.map(inline).join(", ")}]`;
  if (isDict(simple)) {
    return `{${sortedKeys(simple)
      .map((key) => `${keyText(key)} = ${inline(simple.entries.get(key))}`)
      .join(", ")}}`;
  }
  throw unsupported("TOML of a value of no TOML type");
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const whole = shortestFloat(value);
  const plainly = Number.isInteger(value) && Math.abs(value) < 1e21 ? String(value) : whole;
  return /[.e]/.test(plainly) ? plainly : `${plainly}.0`;
}
