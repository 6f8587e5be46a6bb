/** The question of a DNS message (RFC 1035, section 4.1.2): its name as it was asked, and type. */

export interface Question {
  readonly name: string;
  readonly type: string;
}

const types: Readonly<Record<number, string>> = {
  1: "A",
  2: "NS",
  5: "CNAME",
  6: "SOA",
  12: "PTR",
  15: "MX",
  16: "TXT",
  28: "AAAA",
  33: "SRV",
  64: "SVCB",
  65: "HTTPS",
  255: "ANY",
};
const headerLength = 12;
const longestLabel = 63;

/** The first question; undefined where the bytes are no query that we can read to its end. */
export function questionIn(message: Uint8Array): Question | undefined {
  if (message.length < headerLength || (message[2]! & 0x80) !== 0 || message[5] === 0) return undefined;
  const labels: string[] = [];
  let at = headerLength;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > longestLabel) return undefined;
    at += 1;
    if (length === 0) break;
    labels.push(String.fromCodePoint(...message.subarray(at, at + length)));
    at += length;
  }
  if (at + 4 > message.length) return undefined;
  const type = (message[at]! << 8) | message[at + 1]!;
  return { name: labels.join("."), type: types[type] ?? String(type) };
}
