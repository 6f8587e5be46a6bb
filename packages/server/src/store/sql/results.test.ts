import { severities } from "@plimsoll/core";
import { expect, test } from "vitest";
import { ranks } from "./results.ts";

test("severities stand in core's order", () => expect(ranks).toEqual(severities));
