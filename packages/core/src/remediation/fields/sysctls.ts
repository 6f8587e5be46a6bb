/** `sysctls`: kernel parameters that go; of one it is known whom it serves, of the others nothing. */
import type { Json, JsonObject } from "../../model/json.ts";
import type { Site } from "./field.ts";
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction, unknownFor } from "./judgement.ts";
import { listAt, objectAt } from "./site.ts";

const lowPort = "net.ipv4.ip_unprivileged_port_start";

function sysctlsOf({ pod }: Site): readonly JsonObject[] {
  return listAt(objectAt(pod, "securityContext"), "sysctls");
}

const pod = (...sysctls: readonly Json[]): JsonObject => ({ securityContext: { sysctls } });

export const sysctls = defineField({
  id: "sysctls",
  title: "kernel parameters that go",
  paths: ["pod.securityContext.sysctls"],
  effective: sysctlsOf,
  judge: (change) => {
    const kept = new Set(
      sysctlsOf(change.after).map(({ name, value }) => `${String(name)}=${String(value)}`),
    );
    const lost = sysctlsOf(change.before).filter(
      ({ name, value }) => !kept.has(`${String(name)}=${String(value)}`),
    );
    const names = lost.map(({ name }) => String(name));
    if (names.length === 0) {
      const known = new Set(sysctlsOf(change.before).map(({ name }) => name));
      const added = sysctlsOf(change.after).filter(({ name }) => !known.has(name));
      if (added.every(({ name, value }) => name === lowPort && value === "0"))
        return clearByConstruction("Ports below 1024 are opened to every user");
    }
    if (names.length > 0 && names.every((name) => name === lowPort))
      return byObservation(change, {
        kinds: ["connection"],
        refused: change.seen
          .seen("connection")
          .filter(({ detail }) => detail.operation === "listen" && detail.port < 1024),
        doing: "bind ports below 1024, which it may be this that lets it",
      });
    return unknownFor("What a kernel parameter does to it, no sensor tells", [
      {
        text: `what needs ${names.join(", ") || "the new parameters"}`,
        remedy: "ask whoever set it, or take it from one replica first",
      },
    ]);
  },
  examples: {
    clear: [
      {
        name: "it binds no low port",
        before: { pod: pod({ name: lowPort, value: "0" }) },
        after: {},
        seen: [{ kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 8080 }],
      },
    ],
    breaks: [
      {
        name: "it binds port 80",
        before: { pod: pod({ name: lowPort, value: "0" }) },
        after: {},
        seen: [{ kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 80 }],
      },
    ],
    unknown: [
      {
        name: "another one",
        before: { pod: pod({ name: "kernel.shm_rmid_forced", value: "1" }) },
        after: {},
      },
    ],
  },
});
