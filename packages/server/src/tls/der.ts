/** As much of DER (ITU-T X.690) as a certificate needs. */

export type Der = Uint8Array;

function tagged(tag: number, content: Uint8Array): Der {
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

export const sequence = (...parts: readonly Der[]): Der => tagged(0x30, Buffer.concat(parts));
export const setOf = (...parts: readonly Der[]): Der => tagged(0x31, Buffer.concat(parts));
export const octets = (content: Uint8Array): Der => tagged(0x04, content);
export const utf8 = (text: string): Der => tagged(0x0c, Buffer.from(text, "utf8"));
export const yes: Der = tagged(0x01, Buffer.from([0xff]));
/** `unused`: bits of the last byte that do not count. */
export const bits = (content: Uint8Array, unused = 0): Der =>
  tagged(0x03, Buffer.concat([Buffer.from([unused]), content]));
/** Context tag with something inside. */
export const inside = (number: number, content: Uint8Array): Der => tagged(0xa0 | number, content);
/** Context tag in place of the type's own. */
export const instead = (number: number, content: Uint8Array): Der => tagged(0x80 | number, content);

/** Not negative. */
export function integer(bytes: Uint8Array): Der {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from += 1;
  const plain = bytes.subarray(from);
  return tagged(0x02, (plain[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), plain]) : plain);
}

export function objectId(text: string): Der {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 127];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    bytes.push(...groups);
  }
  return tagged(0x06, Buffer.from(bytes));
}

/** RFC 5280: two digits of the year until 2049, four after. `time`: milliseconds since 1970. */
export function moment(time: number): Der {
  const text = new Date(time).toISOString().replace(/[-:T]|\.\d+/g, "");
  return Number(text.slice(0, 4)) < 2050
    ? tagged(0x17, Buffer.from(text.slice(2)))
    : tagged(0x18, Buffer.from(text));
}
