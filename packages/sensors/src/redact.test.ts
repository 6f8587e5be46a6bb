import { expect, test } from "vitest";
import { argsOf, redactedArgs } from "./redact.ts";

const token = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
const lines: readonly (readonly [string, readonly string[]])[] = [
  ["-c 'echo hello'", ["-c", "echo hello"]],
  ["--password hunter2 --port 80", ["--password", "<password>", "--port", "80"]],
  ["--api-key=k3yk3yk3yk3y", ["--api-key=<key>"]],
  ["-u admin:hunter2 https://a.example", ["-u", "<password>", "https://a.example"]],
  ["-phunter2 shop", ["-p<password>", "shop"]],
  ["-p8080 -port -path/1", ["-p8080", "-port", "-path/1"]],
  ["--password --verbose", ["--password", "--verbose"]],
];

test.each(lines)("%s", (line, args) => {
  expect(argsOf(line)).toEqual(args);
});

test("a token of a known shape goes wherever it stands", () => {
  const args = redactedArgs(["clone", `https://x:${token}@git.example/a`, `TOKEN=${token}`]);
  expect(args.join(" ")).not.toContain(token);
  expect(args[0]).toBe("clone");
});

test("the same arguments once more are the same", () => {
  for (const [line] of lines) expect(redactedArgs(argsOf(line))).toEqual(argsOf(line));
});

test("many and long arguments are cut, and say so", () => {
  const args = redactedArgs(Array.from({ length: 100 }, () => "x".repeat(2_000)));
  expect([args.length, args.at(-1), Math.max(...args.map(({ length }) => length))]).toEqual([
    65,
    "… 36 more",
    512,
  ]);
});
