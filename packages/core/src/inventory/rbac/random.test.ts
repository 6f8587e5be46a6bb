import { expect, test } from "vitest";
import { exampleSnapshot } from "../../controls/example.ts";
import { createInventory } from "../build.ts";
import { authorizer, type AccessRequest } from "./authorizer.ts";
import { allowedByHand } from "./fixtures/by-hand.ts";
import { random, randomAsk, randomRbac } from "./fixtures/random.ts";
import { subjectOfUser, type Actor, type Identity } from "./subjects.ts";

test("random roles and bindings: the same answers as by hand", () => {
  let allowed = 0;
  for (let seed = 1; seed <= 60; seed += 1) {
    const dice = random(seed);
    const rbac = randomRbac(dice, 25, "r");
    const resources = [...rbac.roles, ...rbac.bindings];
    const { authorize, whoCan } = authorizer(createInventory(exampleSnapshot(resources)));
    for (let index = 0; index < 400; index += 1) {
      const { identity, question } = randomAsk(dice, rbac);
      const request: AccessRequest = { subject: actorOf(identity), ...question };
      const expected = allowedByHand(resources, identity, question);
      const decision = authorize(request);
      expect({ seed, request, allowed: decision.allowed }).toEqual({ seed, request, allowed: expected });
      expect(decision.superuser || decision.because.length > 0).toBe(expected);
      if (index % 20 === 0) {
        const holders = new Set(whoCan(question).holders.map(({ subject }) => subject));
        const named = decision.because.map(({ subject }) => subject);
        expect(
          named.every(
            (subject) => holders.has(subject) || [...holders].some((holder) => holder.name === subject.name),
          ),
        ).toBe(true);
      }
      allowed += Number(expected);
    }
  }
  expect(allowed).toBeGreaterThan(5000);
});

function actorOf({ user, groups }: Identity): Actor {
  return user === ""
    ? { kind: "Group", namespace: "", name: groups[0]!, groups }
    : { ...subjectOfUser(user), groups };
}
