/**
 * Functions that give something else each time: keys, certificates, passwords. They cannot be reproduced, so a scan gets
 * text of the same shape, the same every time, and is told which functions were used where.
 */
import { createHash } from "node:crypto";
import { checkString } from "../template/budget.ts";
import { define } from "../template/define.ts";
import { failure } from "../template/fault.ts";
import type { Definition, Struct, Value } from "../template/value.ts";

/** Is told the name of each such function that is called. */
export type Witness = (name: string) => void;

const digits = "0123456789";
const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const small = "abcdefghijklmnopqrstuvwxyz";
const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join("");

interface Source {
  readonly bytes: (count: number) => Buffer;
}

/** The same bytes for every rendering. */
function createSource(): Source {
  let serial = 0;
  return {
    bytes: (count) => {
      const blocks: Buffer[] = [];
      for (let got = 0; got < count; got += 32) {
        serial += 1;
        blocks.push(createHash("sha256").update(`not reproducible ${serial}`).digest());
      }
      return Buffer.concat(blocks).subarray(0, count);
    },
  };
}

function block(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function certificate(cert: string, key: string): Struct {
  const fields = new Map<string, Value>([
    ["Cert", cert],
    ["Key", key],
  ]);
  return { kind: "struct", type: "sprig.certificate", fields, methods: new Map() };
}

export function chancesFor(witness: Witness): readonly Definition[] {
  const source = createSource();
  const chance = (name: string, signature: string, call: (...args: never[]) => unknown): Definition =>
    define(name, signature, (...args: never[]) => {
      witness(name);
      return call(...args);
    });
  const letters = (alphabet: string) => (count: number) => {
    if (count < 0) throw failure("the length is negative");
    checkString(count);
    return Array.from(source.bytes(count), (byte) => alphabet[byte % alphabet.length]).join("");
  };
  const made = (): Struct =>
    certificate(block("CERTIFICATE", source.bytes(700)), block("RSA PRIVATE KEY", source.bytes(1190)));
  const bcrypt = (): string =>
    `$2a$10$${source.bytes(40).toString("base64url").replaceAll(/[-_]/g, ".").slice(0, 53)}`;
  return [
    chance("randAlphaNum", "int -> string", letters(capitals + small + digits)),
    chance("randAlpha", "int -> string", letters(capitals + small)),
    chance("randNumeric", "int -> string", letters(digits)),
    chance("randAscii", "int -> string", letters(ascii)),
    chance("randBytes", "int -> string", (count: number) => {
      if (count < 0) throw failure("the length is negative");
      checkString(count);
      return source.bytes(count).toString("base64");
    }),
    chance("randInt", "int int -> int", (low: number, high: number) => {
      if (high <= low) throw failure("invalid argument to Intn");
      return low + (source.bytes(4).readUInt32BE() % (high - low));
    }),
    chance("shuffle", "string -> string", (text: string) => text),
    chance("uuidv4", "-> string", () => {
      const hex = source.bytes(16).toString("hex");
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    }),
    chance("bcrypt", "string -> string", bcrypt),
    chance("htpasswd", "string string -> string", (user: string) =>
      user.includes(":") ? `invalid username: ${user}` : `${user}:${bcrypt()}`,
    ),
    chance("genPrivateKey", "string -> string", (type: string) =>
      block(
        `${type === "rsa" || type === "" ? "RSA " : type === "ecdsa" ? "EC " : ""}PRIVATE KEY`,
        source.bytes(1190),
      ),
    ),
    ...[
      "genCA",
      "genSelfSignedCert",
      "genSignedCert",
      "genCAWithKey",
      "genSelfSignedCertWithKey",
      "genSignedCertWithKey",
    ].map((name) => chance(name, "...any -> any", made)),
    chance("encryptAES", "string string -> string", (_: string, text: string) =>
      source.bytes(16 + Math.ceil((text.length + 1) / 16) * 16).toString("base64"),
    ),
    define("buildCustomCert", "string string -> any", (cert: string, key: string) =>
      certificate(Buffer.from(cert, "base64").toString("utf8"), Buffer.from(key, "base64").toString("utf8")),
    ),
  ];
}
