import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { openApi } from "./openapi.ts";
import { routes } from "./routes.ts";

test("the description is valid OpenAPI 3.1, and describes every route", async () => {
  const description = openApi("0.1.0");
  const { valid, errors } = await new Validator().validate(structuredClone(description));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  const { paths } = description as { readonly paths: { readonly [path: string]: object } };
  const operations = Object.values(paths).flatMap((methods) => Object.keys(methods));
  expect(operations.length).toBe(routes.length + 1);
  expect(new Set(routes.map(({ id }) => id)).size).toBe(routes.length);
});

test("no reference leads nowhere", () => {
  const description = openApi("0.1.0");
  const { components } = description as { readonly components: { readonly schemas: object } };
  const names = [...JSON.stringify(description).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name!,
  );
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !Object.hasOwn(components.schemas, name))).toEqual([]);
});
