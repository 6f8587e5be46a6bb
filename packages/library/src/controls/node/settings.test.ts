import { expect, test } from "vitest";
import { readSettings } from "./settings.ts";

test.each([
  ["a: 1", { a: "1" }],
  ["a:\n  b:\n    c: false\n  d: x", { "a.b.c": "false", "a.d": "x" }],
  ['a: ""\nb: "q"', { a: "", b: "q" }],
  ["list:\n- x\n- y\nafter: z", { list: "x,y", after: "z" }],
  [
    "# note\nkind: KubeletConfiguration\n\nauthentication:\n  x509:\n    clientCAFile: /ca.crt",
    {
      kind: "KubeletConfiguration",
      "authentication.x509.clientCAFile": "/ca.crt",
    },
  ],
])("%j", (text, settings) => {
  expect(Object.fromEntries(readSettings(text))).toEqual(settings);
});
