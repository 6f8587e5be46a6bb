import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openWorld } from "@plimsoll/cluster";
import { readSettings } from "./settings.ts";
import { watchSettings, type Held } from "./watched.ts";

const read = (text: string) => readSettings(Buffer.from(text), "plimsoll.yaml");

test("what is given is taken, and what is not has its usual value", () => {
  const { exceptions, retention, learning, notify, auth } = read(`
exceptions:
  - { controls: [privileged-container], reason: r, owner: o, until: 2999-01-01, match: { namespace: shop } }
  - { controls: ["*"], reason: r, owner: o, until: never }
retention: { historyDays: 7 }
learning: { minutes: 10 }
notify:
  - { id: hook, kind: webhook, url: "https://x.example/", secretFile: /s, severity: low }
`);
  expect(exceptions.map(({ id, until, match }) => [id, until, match])).toEqual([
    ["exception-1", "2999-01-01", { namespace: "shop" }],
    ["exception-2", undefined, {}],
  ]);
  expect(retention).toEqual({ historyDays: 7, exactDays: 30, dailySnapshots: 400 });
  expect(notify[0]).toMatchObject({ id: "hook", severity: "low" });
  expect(auth.audiences).toEqual(["plimsoll"]);
  expect([learning.time, read("").learning.time]).toEqual([600_000, 86_400_000]);
  expect(read("").exceptions).toEqual([]);
});

const own = (id: string): string =>
  `{ apiVersion: plimsoll.dev/v1, kind: Control, id: ${id}, title: t, severity: low, target: pod, validate: "true"`;

test.each([
  ["exeptions: []", "plimsoll.yaml:1:1: exeptions: there is no such setting"],
  ["retention:\n  historyDays: 0", "plimsoll.yaml:2:3: retention.historyDays:"],
  ["exceptions:\n  - { controls: [x], reason: r, owner: o }", "is missing: until"],
  ["exceptions:\n  - { controls: [x], reason: r, owner: o, until: tomorrow }", "exceptions.0.until"],
  [
    "exceptions:\n  - { id: old, controls: [privileged-contaner], reason: r, owner: o, until: never }",
    "plimsoll.yaml: exceptions: old: no control is called privileged-contaner",
  ],
  [
    "exceptions:\n  - { controls: [privileged-container], reason: r, owner: o, until: never, while: { control: nobody } }",
    "no control is called nobody",
  ],
  ["crownJewels:\n  - { criticality: high }", "everything is no target"],
  ["crownJewels:\n  - { nmae: ledger }", "crownJewels.0.nmae"],
  ["learning: { minutes: 0 }", "plimsoll.yaml:1:13: learning.minutes"],
  ["frameworks: [nist]", "there is no nist"],
  ["notify:\n  - { id: a, kind: pigeon }", "notify.0"],
  ["notify:\n  - { id: a, kind: events }\n  - { id: a, kind: events }", "the id a is given twice"],
  ["auth: { oidc: { issuer: http://id.example, audience: a } }", "auth.oidc.issuer"],
  [`controls:\n  - ${own("named-team")}, sevrity: low }`, "plimsoll.yaml:2:123: sevrity: no such key"],
  ["controls:\n  - { kind: Control }", "plimsoll.yaml:2:5: controls.0: apiVersion plimsoll.dev/v1"],
  [
    `controls:\n  - ${own("a1")} }\n  - ${own("a1")} }`,
    "plimsoll.yaml:3:51: controls.1.id: a1 is there already",
  ],
  ["a: &a [*a]", "plimsoll.yaml:"],
  ["[1, 2]", "plimsoll.yaml:1:"],
  ["{}\n---\n{}", "one document"],
])("bad settings are refused with their place: %s", (text, words) => {
  expect(() => read(text)).toThrow(words);
});

test("settings are taken anew when they change; bad ones are told and the old ones kept", async () => {
  const { clock } = await openWorld();
  let text = "retention: { historyDays: 7 }";
  const seen: Held[] = [];
  const disk = { read: async () => Buffer.from(text) };
  const watched = await watchSettings({ clock, disk, file: "f", onChange: (held) => seen.push(held) });
  const days = () => watched.held().settings.retention.historyDays;
  await watched.look();
  expect(seen).toEqual([]);
  text = "retention: { historyDays: 8 }";
  await watched.look();
  expect([days(), seen.length]).toEqual([8, 1]);
  text = "retention: { historyDays: x }";
  await watched.look();
  await watched.look();
  expect([days(), seen.length]).toEqual([8, 2]);
  expect(watched.held().refused?.because).toContain("retention.historyDays");
  text = "retention: { historyDays: 8 }";
  await watched.look();
  expect(watched.held().refused).toBeUndefined();
  // As a writer leaves it for a moment, or a full disk for good.
  text = "";
  await watched.look();
  expect([days(), watched.held().refused?.because]).toEqual([8, "f is empty; {} is no settings"]);
  text = "{}";
  await watched.look();
  expect([days(), watched.held().refused]).toEqual([400, undefined]);
  await watched.stop();
});

test("settings that name a certificate which cannot be read are refused whole, and taken once it can", async () => {
  const { clock } = await openWorld();
  const files = new Map([["f", "{}"]]);
  const read = async (file: string) => {
    const text = files.get(file);
    if (text === undefined) throw new Error("no such file");
    return Buffer.from(text);
  };
  const watched = await watchSettings({ clock, disk: { read }, file: "f", onChange: () => undefined });
  const text = "frameworks: [pss-baseline]\negress: { caFile: /ca.crt }";
  files.set("f", text);
  await watched.look();
  const { settings, refused } = watched.held();
  expect([settings.frameworks, refused?.because]).toEqual([
    undefined,
    "f: egress.caFile cannot be read: no such file",
  ]);
  files.set("/ca.crt", "");
  await watched.look();
  expect([watched.held().settings.frameworks, watched.held().refused]).toEqual([["pss-baseline"], undefined]);
  await watched.stop();
  files.delete("/ca.crt");
  const begun = watchSettings({ clock, disk: { read }, file: "f", onChange: () => undefined });
  await expect(begun).rejects.toMatchObject({ code: "bad-config" });
});

test("the settings that the guide shows are taken as they stand", () => {
  const guide = readFileSync(new URL("../../../../docs/guides/serve.md", import.meta.url), "utf8");
  const [, shown = ""] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
  expect(read(shown).notify.map(({ kind }) => kind)).toEqual([
    "webhook",
    "slack",
    "smtp",
    "alertmanager",
    "events",
    "syslog",
  ]);
});
