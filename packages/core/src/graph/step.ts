/** One step of an attacker: what it leads to, by what, and what would break it. */
import { refKey, type ResourceRef } from "../model/resource.ts";
import { subjectKey } from "../model/subject.ts";
import type { Requirement } from "./held.ts";
import { mostRules } from "./needs.ts";
import type { Vertex } from "./vertex.ts";

/** Who holds `from` may hold `to`. */
export interface Step {
  readonly from: Vertex;
  readonly to: Vertex;
  /**
   * A power's id, or what else leads on: `member-of`, `runs-as`, `contains`, `hosts`, `is-token-of`, `is-everything`,
   * `takes-cloud-role`.
   */
  readonly by: string;
  /** All of them are needed; empty for steps that no right gives. */
  readonly because: readonly Requirement[];
  /** What was seen that lets it through: `Namespace shop sets no Pod Security level`. */
  readonly conditions: readonly string[];
  /** Why it may not lead there after all; empty for a certain step. */
  readonly unsure: readonly string[];
  /** Any one of them breaks the step. */
  readonly brokenBy: readonly Break[];
  /** Given by nothing but what the API server makes by itself. */
  readonly bootstrap: boolean;
}

/** Changes that must all be made to break a step. */
export interface Break {
  readonly changes: readonly Change[];
}

/** One change to one resource. */
export interface Change {
  readonly resource: ResourceRef;
  readonly kind:
    | "remove-subject"
    | "narrow-rule"
    | "label-namespace"
    | "no-token"
    | "remove-secret"
    | "remove-annotation"
    | "remove-exposure"
    | "narrow-ingress"
    | "meet-control";
  /**
   * The subject to remove, the index of the rule, the label and its value, the annotation, the way in that is to go
   * (`node-port`, `route SERVICE`), the control to meet; to narrow who may connect names nothing more.
   */
  readonly what: string;
  /** The one container that must meet the control; absent: wherever the resource fails it. */
  readonly container?: string;
}

/**
 * Ways to take a right away: to take the subjects out of the bindings, or the words out of the rules, of one
 * requirement.
 */
export function breaksOf(requirements: readonly Requirement[]): readonly Break[] {
  return requirements.flatMap(({ because }) => {
    if (because.length === 0) return [];
    const subjects = because.map(({ binding, subject }): Change => ({
      resource: binding,
      kind: "remove-subject",
      what: subjectKey(subject),
    }));
    const rules = because.map(({ origin, role, rule }): Change => ({
      resource: origin,
      kind: "narrow-rule",
      what: refKey(origin) === refKey(role) ? String(rule) : `gathered as ${rule} by ${role.name}`,
    }));
    return because.length < mostRules ? [distinct(subjects), distinct(rules)] : [distinct(subjects)];
  });
}

function distinct(changes: readonly Change[]): Break {
  if (changes.length === 1) return { changes };
  const byKey = new Map(
    changes.map((change) => [`${change.kind} ${refKey(change.resource)} ${change.what}`, change]),
  );
  return { changes: [...byKey.values()] };
}
