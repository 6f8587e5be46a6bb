/** Sprig's checksums, and what is left of its cryptography. */
import { createHash } from "node:crypto";
import { bytesOf } from "../template/bytes.ts";
import { beyond, define } from "../template/define.ts";
import type { Definition } from "../template/value.ts";

function sum(algorithm: string): (text: string) => string {
  return (text) => createHash(algorithm).update(bytesOf(text)).digest("hex");
}

function adler32(text: string): string {
  let a = 1;
  let b = 0;
  for (const byte of bytesOf(text)) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return String(b * 65_536 + a);
}

export const checksums: readonly Definition[] = [
  define("sha1sum", "string -> string", sum("sha1")),
  define("sha256sum", "string -> string", sum("sha256")),
  define("sha512sum", "string -> string", sum("sha512")),
  define("adler32sum", "string -> string", adler32),
  beyond("derivePassword", "it derives a password from a master key"),
  beyond("decryptAES", "it decrypts"),
];
