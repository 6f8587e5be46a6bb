import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const root = mkdtempSync(join(tmpdir(), "plimsoll-test-"));
afterAll(() => rmSync(root, { recursive: true }));

/** What another process makes of a password, with an environment of its own. */
function markerBy(
  environment: { readonly [name: string]: string },
  name = "PASSWORD",
  value = "hunter2",
): string {
  const module = JSON.stringify(join(import.meta.dirname, "redact.ts"));
  const script = `import { redacted } from ${module}; process.stdout.write(redacted(${JSON.stringify(name)}, ${JSON.stringify(value)}))`;
  const { PATH = "" } = process.env;
  return execFileSync(process.execPath, ["--input-type=module-typescript", "-e", script], {
    env: { PATH, ...environment },
  }).toString();
}

test("the key is made once, for its user alone, and digests hold from then on", () => {
  const home = { HOME: root, XDG_CONFIG_HOME: join(root, "xdg") };
  const first = markerBy(home);
  expect(first).toMatch(/^plimsoll-redacted:password:7:[0-9a-f]{16}$/);
  expect(markerBy(home)).toBe(first);
  const file = join(root, "xdg", "plimsoll", "digest.key");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).toMatch(/^[0-9a-f]{64}$/);
  expect(markerBy(home, "PASSWORD", "hunter3")).not.toBe(first);
});

test("a key of the environment is the same everywhere; another key, another digest", () => {
  const key = { HOME: join(root, "none"), PLIMSOLL_DIGEST_KEY: "one" };
  expect(markerBy(key)).toBe(markerBy({ ...key, HOME: join(root, "other") }));
  expect(markerBy({ ...key, PLIMSOLL_DIGEST_KEY: "two" })).not.toBe(markerBy(key));
});

test("where nothing can be written a key holds for the process", () => {
  writeFileSync(join(root, "file"), "");
  const nowhere = { HOME: join(root, "file"), XDG_CONFIG_HOME: join(root, "file") };
  expect(markerBy(nowhere)).toMatch(/^plimsoll-redacted:password:7:/);
  expect(markerBy(nowhere)).not.toBe(markerBy(nowhere));
});

test("what is around a credential stays", () => {
  const text = markerBy(
    { PLIMSOLL_DIGEST_KEY: "k" },
    "",
    "psql postgres://web:hunter2@db/shop --token=abc123def",
  );
  expect(text).toMatch(
    /^psql postgres:\/\/web:plimsoll-redacted:url-password:7:\w{16}@db\/shop --token=plimsoll-redacted:token:9:\w{16}$/,
  );
});
