import { expect, test } from "vitest";
import { parse } from "./parse.ts";
import { readsOf } from "./reads.ts";

const names = ["object", "pod", "container", "item"];

/** Each: what stands in the text, and the places that it reads, the name first; none where that cannot be told. */
const cases: readonly (readonly [string, readonly string[] | undefined])[] = [
  ["true", []],
  ["container.image == 'a'", ["container.image"]],
  ["container.?securityContext.?privileged.orValue(false)", ["container.securityContext.privileged"]],
  ["has(pod.spec.volumes)", ["pod.spec.volumes"]],
  ["container.resources.requests[?'cpu'].orValue('1') == '1'", ["container.resources.requests.cpu"]],
  ["container.ports[0].name == 'a'", ["container.ports"]],
  ["object.metadata.labels[container.name] == 'a'", ["object.metadata.labels", "container.name"]],
  ["container.ports.all(port, port.name != pod.spec.os.name)", ["container.ports", "pod.spec.os.name"]],
  [
    "pod.spec.containers.exists(container, container.tty) || container.stdin",
    ["pod.spec.containers", "container.stdin"],
  ],
  ["container.env.map(item, item.name, item.value) == [item]", ["container.env", "item"]],
  ["{'a': object}.size() == 1", ["object"]],
  ["pod.spec.a == pod.spec.a.b && pod.spec == pod.spec", ["pod.spec"]],
  ["(item.a ? pod : object).metadata.name == 'a'", ["item.a", "pod", "object"]],
  ["item == 'a' && item.startsWith('b')", ["item"]],
  ["type(item.a) == string", ["item.a"]],
  [".object.a == 1", undefined],
];

test.each(cases)("%s", (text, expected) => {
  const reads = readsOf([parse(text)], names);
  expect(reads?.map(({ slot, keys }) => [names[slot], ...keys].join(".")).sort()).toEqual(
    expected?.toSorted(),
  );
});
