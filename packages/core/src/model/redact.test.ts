import { expect, test } from "vitest";
import { redactedArguments, redactedText } from "./redact.ts";

test.each([
  [
    ["mysql", "--password=x1", "-h", "db"],
    ["mysql", "--password=<password>", "-h", "db"],
  ],
  [
    ["app", "--token", "abc", "next"],
    ["app", "--token", "<token>", "next"],
  ],
  [
    ["app", "--token", "--verbose"],
    ["app", "--token", "--verbose"],
  ],
  [
    ["env", "DB_PASSWORD=hunter2", "sh"],
    ["env", "DB_PASSWORD=<password>", "sh"],
  ],
  [
    ["ls", "-l", "/tmp"],
    ["ls", "-l", "/tmp"],
  ],
  [
    ["curl", "https://user:hunter2hunter2@example.com/"],
    ["curl", "https://user:<url-password>@example.com/"],
  ],
])("the command line %j", (given, kept) => expect(redactedArguments(given)).toEqual(kept));

test("a path may hold a credential too", () => {
  expect(redactedText("/data/AKIAIOSFODNN7EXAMPLE/x")).toBe("/data/<aws-access-key>/x");
});

test.each([
  [
    ["mysql", "-u", "admin:hunter2", "https://a.example"],
    ["mysql", "-u", "<password>", "https://a.example"],
  ],
  [
    ["mysql", "-phunter2", "shop"],
    ["mysql", "-p<password>", "shop"],
  ],
  [
    ["app", "-p8080", "-port", "-path/1"],
    ["app", "-p8080", "-port", "-path/1"],
  ],
  [
    ["app", "--password", "a=b"],
    ["app", "--password", "<password>"],
  ],
  [
    ["app", "TOKEN=", "--token=x"],
    ["app", "TOKEN=", "--token=<token>"],
  ],
])("the command line %j, as tools are known to take credentials", (given, kept) =>
  expect(redactedArguments(given)).toEqual(kept),
);

test("the same once more is the same", () => {
  const lines = [
    ["app", "--token", "abc", "DB_PASSWORD=hunter2", "-phunter2"],
    ["-u", "admin:hunter2", "--api-key=k3yk3yk3yk3y", "/data/AKIAIOSFODNN7EXAMPLE/x"],
  ];
  for (const line of lines) {
    const once = redactedArguments(line);
    expect(redactedArguments(once)).toEqual(once);
  }
});
