/** Real threads that end or hang when a test says so. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";

export interface Orders {
  /** For the threads to run. */
  readonly entry: URL;
  /** To all that run, and all that will; `""`: go on. */
  readonly order: (what: "die" | "hang" | "") => void;
}

/** `thread`: what they run otherwise. */
export function ordersFor(thread: URL): Orders {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-orders-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [orders, entry] = [join(folder, "order"), join(folder, "mortal.mjs")];
  writeFileSync(orders, "");
  writeFileSync(
    entry,
    `import { readFileSync } from "node:fs";
import ${JSON.stringify(thread.href)};
setInterval(() => {
  const order = readFileSync(${JSON.stringify(orders)}, "utf8");
  if (order === "die") process.exit(1);
  if (order === "hang") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}, 10);
`,
  );
  return { entry: pathToFileURL(entry), order: (what) => writeFileSync(orders, what) };
}
