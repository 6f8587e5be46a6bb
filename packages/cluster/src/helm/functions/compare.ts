/** Whether values are the same or empty, as Go's reflection and sprig have it. */
import { tick } from "../template/budget.ts";
import { isObject, truth, typeName, type Value } from "../template/value.ts";

/** `reflect.DeepEqual`: the types count too, and a nil list is no empty one. */
export function deepEqual(a: Value, b: Value): boolean {
  tick();
  if (!isObject(a) || !isObject(b)) return (a ?? null) === (b ?? null);
  if (typeName(a) !== typeName(b)) return false;
  if (a.kind === "int" && b.kind === "int") return a.value === b.value;
  if (a.kind === "bytes" && b.kind === "bytes") return a.text === b.text;
  if (a.kind === "list" && b.kind === "list") {
    if (a.nil !== b.nil || a.items.length !== b.items.length) return false;
    return a.items.every((item, index) => deepEqual(item, b.items[index]));
  }
  if (a.kind === "dict" && b.kind === "dict") {
    if (a.entries.size !== b.entries.size) return false;
    return [...a.entries].every(([key, item]) => b.entries.has(key) && deepEqual(item, b.entries.get(key)));
  }
  if (a.kind === "struct" && b.kind === "struct")
    return a === b || (a.time !== undefined && a.time === b.time);
  return false;
}

/** Sprig's `empty`. */
export function isEmptyValue(value: Value): boolean {
  return !truth(value);
}
