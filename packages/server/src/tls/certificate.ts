/** An authority of our own and the certificates that it gives out, as RFC 5280 has them: ECDSA on P-256. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  X509Certificate,
  type KeyObject,
} from "node:crypto";
import type { Random } from "@plimsoll/cluster";
import {
  bits,
  inside,
  instead,
  integer,
  moment,
  objectId,
  octets,
  sequence,
  setOf,
  utf8,
  yes,
  type Der,
} from "./der.ts";

/** PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface Validity {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

const signature = sequence(objectId("1.2.840.10045.4.3.2")); // ecdsa-with-SHA256

function nameOf(text: string): Der {
  return sequence(setOf(sequence(objectId("2.5.4.3"), utf8(text))));
}

function extension(id: string, critical: boolean, value: Der): Der {
  return sequence(objectId(id), ...(critical ? [yes] : []), octets(value));
}

function keyId(key: KeyObject): Buffer {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest()
    .subarray(0, 20);
}

interface Content {
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly validity: Validity;
  readonly extensions: readonly Der[];
}

function certificateOf(
  random: Random,
  { subject, issuer, key, signer, validity, extensions }: Content,
): string {
  const told = sequence(
    inside(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), random.bytes(15)])),
    signature,
    nameOf(issuer),
    sequence(moment(validity.from), moment(validity.to)),
    nameOf(subject),
    key.export({ type: "spki", format: "der" }),
    inside(3, sequence(...extensions)),
  );
  const whole = sequence(told, signature, bits(sign("sha256", told, signer)));
  return pem("CERTIFICATE", whole);
}

function pem(what: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${what}-----\n${lines.join("\n")}\n-----END ${what}-----\n`;
}

function newKey(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject; readonly text: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { privateKey, publicKey, text: String(privateKey.export({ type: "pkcs8", format: "pem" })) };
}

/** It may give out certificates of servers, and no further authorities. */
export function makeAuthority(random: Random, name: string, validity: Validity): Pair {
  const { privateKey, publicKey, text } = newKey();
  const cert = certificateOf(random, {
    subject: name,
    issuer: name,
    key: publicKey,
    signer: privateKey,
    validity,
    extensions: [
      extension("2.5.29.19", true, sequence(yes, integer(Buffer.from([0])))),
      extension("2.5.29.15", true, bits(Buffer.from([0x04]), 2)), // keyCertSign
      extension("2.5.29.14", false, octets(keyId(publicKey))),
    ],
  });
  return { cert, key: text };
}

/** For a server of these names, with a key of its own. */
export function issue(random: Random, authority: Pair, names: readonly string[], validity: Validity): Pair {
  const { publicKey, text } = newKey();
  const signer = createPrivateKey(authority.key);
  const { subject: issuer } = new X509Certificate(authority.cert);
  const [first = ""] = names;
  const cert = certificateOf(random, {
    subject: first.slice(0, 64),
    issuer: issuer.replace(/^CN=/, ""),
    key: publicKey,
    signer,
    validity,
    extensions: [
      extension("2.5.29.19", true, sequence()),
      extension("2.5.29.15", true, bits(Buffer.from([0x80]), 7)), // digitalSignature
      extension("2.5.29.37", false, sequence(objectId("1.3.6.1.5.5.7.3.1"))), // serverAuth
      extension("2.5.29.17", false, sequence(...names.map((name) => instead(2, Buffer.from(name, "ascii"))))),
      extension("2.5.29.35", false, sequence(instead(0, keyId(createPublicKey(signer))))),
    ],
  });
  return { cert, key: text };
}
