import { expect, test } from "vitest";
import { inRanges, rangeOf, reservedAs } from "./address.ts";

test.each([
  ["127.0.0.1", "loopback"],
  ["127.255.0.9", "loopback"],
  ["0.0.0.0", "this host"],
  ["10.1.2.3", "private"],
  ["172.31.255.255", "private"],
  ["192.168.0.1", "private"],
  ["100.64.0.1", "shared by a carrier"],
  ["169.254.169.254", "link-local, where clouds keep their metadata"],
  ["fd00:ec2::254", "link-local, where clouds keep their metadata"],
  ["fe80::1", "link-local, where clouds keep their metadata"],
  ["::1", "loopback"],
  ["::", "this host"],
  ["fd12:3456::1", "private"],
  ["::ffff:127.0.0.1", "loopback"],
  ["::ffff:7f00:1", "loopback"],
  ["::ffff:a9fe:a9fe", "link-local, where clouds keep their metadata"],
  ["::127.0.0.1", "loopback"],
  ["64:ff9b::10.0.0.1", "private"],
  ["64:ff9b:1::a00:1", "private"],
  ["2002:7f00:1::", "loopback"],
  ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "for protocols"],
  ["224.0.0.1", "multicast or reserved"],
  ["255.255.255.255", "multicast or reserved"],
  ["ff02::1", "multicast or reserved"],
  ["not an address", "no address"],
])("case 76: %s is %s", (address, name) => {
  expect(reservedAs(address)).toBe(name);
});

test.each(["1.1.1.1", "9.255.255.255", "11.0.0.0", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])(
  "%s is public",
  (address) => {
    expect(reservedAs(address)).toBeUndefined();
  },
);

test.each([
  ["10.0.0.0/8", "10.0.0.0/8"],
  ["10.0.0.1", "10.0.0.1/32"],
  ["fd00::/8", "fd00::/8"],
  ["10.0.0.0/33", undefined],
  ["10.0.0.0/8/8", undefined],
  ["example.com", undefined],
])("the range %s is %s", (text, range) => {
  expect(rangeOf(text)).toBe(range);
});

test("a mapped address is in the range of the one it maps", () => {
  const inside = inRanges(["10.0.0.0/8"]);
  expect([inside("10.1.1.1"), inside("11.1.1.1"), inside("::ffff:10.1.1.1")]).toEqual([true, false, true]);
});
