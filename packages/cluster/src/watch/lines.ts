/** Cuts a stream of bytes into lines of UTF-8, wherever its chunks begin and end. */
import { WatchFaultError } from "./fault.ts";

const newline = 0x0a;

/** The lines of each chunk. A line that is no UTF-8, or too long, is thrown, after all before it were handed out. */
export async function* linesOf(
  body: AsyncIterable<Uint8Array>,
  longest: number,
): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    const lines: string[] = [];
    let fault: WatchFaultError | undefined;
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      held.push(chunk.subarray(start, end));
      length += end - start;
      fault = length > longest ? oversize() : addLine(lines, decoder, held, length);
      if (fault !== undefined) break;
      held = [];
      length = 0;
      start = end + 1;
    }
    if (fault === undefined && start < chunk.length) {
      held.push(chunk.subarray(start));
      length += chunk.length - start;
      if (length > longest) fault = oversize();
    }
    if (lines.length > 0) yield lines;
    if (fault !== undefined) throw fault;
  }
  if (length > 0) throw new WatchFaultError("corrupt", "a line without an end");
}

function addLine(
  lines: string[],
  decoder: TextDecoder,
  parts: readonly Uint8Array[],
  length: number,
): WatchFaultError | undefined {
  if (length === 0) return undefined;
  try {
    lines.push(decoder.decode(joined(parts, length)));
    return undefined;
  } catch (error) {
    return new WatchFaultError("corrupt", "a line that is no UTF-8", { cause: error });
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function oversize(): WatchFaultError {
  return new WatchFaultError("oversize", "a line over the limit");
}
