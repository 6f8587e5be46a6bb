/** What the API server answered to a request without a name, where a scan asked it (`--probe`). */
import { refOf, type ExampleResource, type Inventory, type Judgement } from "@plimsoll/core";

export const anonymousKind = "plimsoll.dev/v1/AnonymousAccess";

interface Check {
  readonly target: "cluster";
  readonly reads: readonly string[];
  readonly judge: (inventory: Inventory) => Iterable<Judgement>;
}

const meanings: { readonly [status: number]: string } = {
  401: "refuses a request without a name (401)",
  403: "takes a request without a name for one of system:anonymous, and only forbids it (403)",
  200: "answers everybody (200)",
};

/** The answer where there is one, else what another check tells. `holds` is asked with the answer's status. */
export function orByAsking(holds: (status: number) => boolean, otherwise: Check): Check {
  return {
    target: "cluster",
    reads: otherwise.reads,
    *judge(inventory) {
      const answers = inventory.ofKind(anonymousKind);
      for (const { resource } of answers) {
        const status = Number(resource["status"]);
        const because = `Asked for its namespaces, the API server ${meanings[status] ?? `answers ${status}`}`;
        yield { resource: refOf(resource), result: holds(status) ? "pass" : "fail", because };
      }
      if (answers.length === 0) yield* otherwise.judge(inventory);
    },
  };
}

export function anonymousAccess(status: number): ExampleResource {
  return { apiVersion: "plimsoll.dev/v1", kind: "AnonymousAccess", metadata: { name: "api-server" }, status };
}
