import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sha256Base64, sha256Hex } from "./digest.ts";

test("equals the platform's SHA-256 on any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      const hash = createHash("sha256").update(text, "utf8");
      expect(sha256Hex(text)).toBe(hash.copy().digest("hex"));
      expect(sha256Base64(text)).toBe(hash.digest("base64"));
    }),
    { numRuns: 500 },
  );
});
