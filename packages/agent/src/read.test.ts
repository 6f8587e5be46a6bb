/** What is read from bytes and paths: addresses, questions, container ids, command lines. */
import { expect, test } from "vitest";
import { addressText } from "./address.ts";
import { containerOf } from "./containers.ts";
import { questionIn } from "./dns.ts";
import { readRecord } from "./record.ts";

test.each([
  [[127, 0, 0, 1], "127.0.0.1"],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1], "10.0.0.1"],
  [[0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "2001:db8::1"],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "::"],
  [[0x20, 0x01, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "2001:0:1::1"],
  [[0x20, 0x01, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6], "2001:0:1:2:3:4:5:6"],
])("an address of the bytes %s", (bytes, text) => expect(addressText(Uint8Array.from(bytes))).toBe(text));

const query = (name: string, end = "\0\0\x1c\0\x01"): Buffer =>
  Buffer.from(
    `\x12\x34\x01\0\0\x01\0\0\0\0\0\0${name
      .split(".")
      .map((label) => String.fromCodePoint(label.length) + label)
      .join("")}${end}`,
    "latin1",
  );

test.each([
  ["a question", query("WWW.example.com"), { name: "WWW.example.com", type: "AAAA" }],
  [
    "an answer",
    Buffer.concat([query("a.b").subarray(0, 2), Buffer.from([0x81]), query("a.b").subarray(3)]),
    undefined,
  ],
  ["cut in a label", query("example.com").subarray(0, 16), undefined],
  ["cut before the type", query("a.b", "\0\0"), undefined],
  ["a pointer in the name", query("a.b", "\xc0\x0c\0\x01\0\x01"), undefined],
  ["nothing", Buffer.alloc(0), undefined],
])("a DNS message: %s", (_, bytes, question) => expect(questionIn(bytes)).toEqual(question));

const id = "0123456789abcdef".repeat(4);
const pod = "12345678-1234-1234-1234-123456789abc";

test.each([
  [`/kubepods/burstable/pod${pod}/${id}`, { id, pod }],
  [`/kubepods.slice/kubepods-pod${pod.replaceAll("-", "_")}.slice/cri-containerd-${id}.scope`, { id, pod }],
  [`/system.slice/docker-${id}.scope`, { id }],
  [`/machine.slice/libpod-${id}.scope`, { id }],
  [`/machine.slice/libpod-conmon-${id}.scope`, undefined],
  [`/kubepods.slice/crio-conmon-${id}.scope`, undefined],
  [`/docker/${id}`, { id }],
  [`/kubepods/burstable/pod${pod}`, undefined],
  [`/kubepods/burstable/pod${pod}/${id}/nested`, undefined],
  ["/user.slice", undefined],
  ["/", undefined],
])("the container of %s", (path, found) =>
  expect(containerOf(path)).toEqual(found === undefined ? undefined : { ...found, path }),
);

test("a record of another kind or length is not read", () => {
  expect(readRecord(Buffer.alloc(0))).toBeUndefined();
  expect(readRecord(Buffer.alloc(200))).toBeUndefined();
  expect(readRecord(Buffer.alloc(200, 0xff))).toBeUndefined();
});

test("a path with names that are not ASCII, and one without any", () => {
  const record = (path: string): Buffer => {
    const text = Buffer.from(`${path.split("/").slice(1).toReversed().join("\0")}\0`);
    const head = Buffer.alloc(112);
    head[0] = 3;
    head.writeUInt16LE(path === "/" ? 0 : text.length, 44);
    return Buffer.concat([head, text]);
  };
  expect(readRecord(record("/srv/größe/データ"))).toMatchObject({ kind: "file", path: "/srv/größe/データ" });
  expect(readRecord(record("/"))).toMatchObject({ path: "/" });
});
