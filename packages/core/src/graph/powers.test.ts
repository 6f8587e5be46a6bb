import { expect, test } from "vitest";
import { authorizer } from "../inventory/rbac/authorizer.ts";
import { createInventory } from "../inventory/build.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { exampleSnapshot } from "../controls/example.ts";
import { closure, powersOf } from "./closure.ts";
import { catalogued } from "./fixtures/catalogues.ts";
import { grant, rule, type Fields } from "./fixtures/scene.ts";
import { scopeOf, type Need, type Power } from "./power.ts";
import { powers } from "./powers/index.ts";
import { vertexKey } from "./vertex.ts";

/** The rule that meets a need and nothing more, in the words of the scene. */
function ruleOf({ verbs, group, resource, subresource, names }: Need, verb = verbs[0]!): string {
  const path = `${resource}${group === "" || group === "*" ? "" : `.${group}`}${subresource === "" ? "" : `/${subresource}`}`;
  return `${verb} ${path}${names === undefined ? "" : ` @${names[0]}`}`;
}

const versioned = (need: Need): Partial<Snapshot> => {
  const minor = need.before === undefined ? Math.max(need.since ?? 0, 36) : need.before - 1;
  return {
    header: {
      ...exampleSnapshot([]).header,
      server: { kind: "cluster", name: "c", version: `v1.${minor}.0` },
    },
  };
};

const ann = { kind: "User", namespace: "", name: "ann" } as const;

function holds(power: Power, rules: readonly string[], more: Partial<Snapshot>, place?: string): boolean {
  const inventory = createInventory({ ...exampleSnapshot(grant("User ann", place, ...rules)), ...more });
  return powersOf(inventory)(ann).some((held) => held.power === power);
}

const places = (power: Power): readonly (string | undefined)[] => {
  const [first] = power.needs[0]!;
  const clusterWide = power.needs.flat().some((need) => need.clusterWide);
  return clusterWide ? [undefined] : [undefined, first!.namespace ?? "shop"];
};

test.each(powers.map((power) => [power.id, power] as const))(
  "%s: by each of its rights, and by none less",
  (_, power) => {
    const minimal = power.needs.map(([need]) => need!);
    for (const place of places(power)) {
      power.needs.forEach((needs, at) => {
        for (const need of needs) {
          for (const verb of need.verbs) {
            const rules = minimal.map((other, index) => (index === at ? ruleOf(need, verb) : ruleOf(other)));
            expect([rules, place, holds(power, rules, versioned(need), place)]).toEqual([rules, place, true]);
          }
        }
      });
      minimal.forEach((need, at) => {
        const rules = minimal.filter((_, index) => index !== at).map((other) => ruleOf(other));
        const implied = rules.some((text) => text === ruleOf(need));
        if (rules.length > 0)
          expect([rules, place, holds(power, rules, versioned(need), place)]).toEqual([
            rules,
            place,
            implied,
          ]);
      });
    }
  },
);

test.each(powers.filter((power) => scopeOf(power) === "cluster").map((power) => [power.id, power] as const))(
  "%s is not held by a role binding",
  (_, power) => {
    const minimal = power.needs.map(([need]) => need!);
    const own = minimal[0]!.resource === "namespaces";
    expect(
      holds(
        power,
        minimal.map((need) => ruleOf(need)),
        versioned(minimal[0]!),
        "shop",
      ),
    ).toBe(own);
  },
);

test("each power is well told", () => {
  expect(new Set(powers.map(({ id }) => id)).size).toBe(powers.length);
  for (const { id, title, why, technique, needs, gains } of powers) {
    expect([
      id,
      /^[a-z]+(-[a-z]+)*$/.test(id),
      title.length < 70,
      /^T\d{4}(\.\d{3})?$/.test(technique),
    ]).toEqual([id, true, true, true]);
    expect([id, why.endsWith("."), needs.length > 0, gains.length > 0]).toEqual([id, true, true, true]);
  }
});

test("every policy of other catalogues has its place", () => {
  const placed = new Set(powers.flatMap(({ equivalents }) => equivalents));
  expect(catalogued.filter((id) => !placed.has(id))).toEqual([]);
});

test("what names do to a request", () => {
  const held = (...rules: readonly string[]): readonly string[] =>
    powersOf(createInventory(exampleSnapshot(grant("User ann", "shop", ...rules))))(ann).map(
      ({ power, names }) => `${power.id}${names === undefined ? "" : ` ${names.join()}`}`,
    );
  expect(held("list secrets @db")).toEqual(["read-secrets db"]);
  expect(held("deletecollection secrets @db")).toEqual([]);
  expect(held("create pods @web")).toEqual([]);
  expect(held("create pods/exec @web")).toEqual(["exec-into-pods web"]);
  expect(held("patch configmaps @other")).toEqual(["write-configuration other"]);
});

test("a right that is half a group's and half one's own is one's own", () => {
  const inventory = createInventory(
    exampleSnapshot([
      ...grant("Group system:authenticated", "shop", "create secrets"),
      ...grant("User ann", "shop", "get secrets"),
    ]),
  );
  const found = closure(inventory).stepsFrom({ kind: "subject", subject: ann });
  expect(found.map(({ by, to }) => `${by} > ${vertexKey(to)}`).sort()).toEqual([
    "issue-token-secrets > any account in shop",
    "member-of > Group:system:authenticated",
    "read-secrets > any secret in shop",
  ]);
  expect(
    found.find(({ by }) => by.startsWith("issue"))!.because.map(({ because }) => because.length),
  ).toEqual([1, 1]);
});

/** The authorizer answers the same question by another way: whoever holds a power is allowed its requests. */
test("a power's rights are allowed by the authorizer", () => {
  for (const power of powers) {
    const minimal = power.needs.map(([need]) => need!);
    const inventory = createInventory(
      exampleSnapshot(grant("User ann", undefined, ...minimal.map((need) => ruleOf(need)))),
    );
    for (const { verbs, group, resource, subresource, names, clusterWide } of minimal) {
      const request = {
        verb: verbs[0]!,
        apiGroup: group,
        resource,
        subresource,
        namespace: clusterWide ? "" : "shop",
        name: names?.[0] ?? "",
      };
      expect([power.id, authorizer(inventory).authorize({ subject: ann, ...request }).allowed]).toEqual([
        power.id,
        true,
      ]);
    }
  }
});

test("rules of the scene are rules", () => {
  const expected: Fields = {
    verbs: ["get"],
    apiGroups: ["apps"],
    resources: ["deployments/scale"],
    resourceNames: ["a"],
  };
  expect(rule("get deployments.apps/scale @a")).toEqual(expected);
});
