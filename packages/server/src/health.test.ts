import { expect, test } from "vitest";
import { healthOf, type Health } from "./health.ts";

const well: Health = {
  synced: true,
  judged: true,
  leads: true,
  committed: true,
  writable: true,
  blind: [],
  unseenNodes: 0,
  settingsRefused: false,
  losses: 0,
  overviewLost: false,
};
const lost =
  "the thread that looks at the whole cluster was lost; paths, priorities and the page are of before";

test.each<[string, Partial<Health>, boolean, readonly string[]]>([
  ["all is well", {}, true, ["ready", "[+] read", "[+] judged", "[+] store"]],
  [
    "a lost overview is told, and findings of single objects are served",
    { overviewLost: true },
    true,
    ["ready", "[+] read", "[+] judged", "[+] store", lost],
  ],
  [
    "a store whose thread has ended",
    { writable: false },
    false,
    ["not ready", "[+] read", "[+] judged", "[-] store"],
  ],
  [
    "what cannot be seen",
    { blind: ["v1/Pod"], unseenNodes: 2, settingsRefused: true, losses: 2 },
    true,
    [
      "ready",
      "[+] read",
      "[+] judged",
      "[+] store",
      "blind: v1/Pod",
      "blind: 2 nodes, whose agents are not heard",
      "the settings' file is refused; the settings before it hold",
      "the store lost something: 2 times",
    ],
  ],
])("%s", (_, given, ready, lines) => {
  expect(healthOf({ ...well, ...given })).toEqual({ ready, lines });
});
