import { expect, test } from "vitest";
import type { Image } from "../model/image.ts";
import { imagesByName, readImageName } from "./images.ts";

test.each([
  ["web", { repository: "docker.io/library/web" }],
  ["web:1", { repository: "docker.io/library/web", tag: "1" }],
  ["docker.io/web:1", { repository: "docker.io/library/web", tag: "1" }],
  ["index.docker.io/library/web:1", { repository: "docker.io/library/web", tag: "1" }],
  ["shop/web", { repository: "docker.io/shop/web" }],
  ["localhost/web", { repository: "localhost/web" }],
  ["registry:5000/web", { repository: "registry:5000/web" }],
  [
    "registry:5000/shop/web:1@sha256:aa",
    { repository: "registry:5000/shop/web", tag: "1", digest: "sha256:aa" },
  ],
  ["", { repository: "docker.io/library/" }],
])("%j is read as runtimes read it", (reference, name) => {
  expect(readImageName(reference)).toEqual(name);
});

const image = (reference: string, digest?: string): Image => ({
  reference,
  ...(digest === undefined ? {} : { digest }),
  sources: ["t"],
});

test.each<readonly [pod: string, known: Image, isMeant: boolean]>([
  ["docker.io/library/web:1", image("web:1"), true],
  ["web", image("web:latest"), true],
  ["web:latest", image("docker.io/library/web"), true],
  ["web:2", image("web:1"), false],
  ["shop/web:1", image("web:1"), false],
  ["web@sha256:aa", image("web:1", "sha256:aa"), true],
  ["web:1@sha256:aa", image("web:1", "sha256:aa"), true],
  ["web:2@sha256:aa", image("web:1", "sha256:aa"), true],
  ["web:1@sha256:aa", image("web:1"), true],
  ["web:1@sha256:aa", image("web:1", "sha256:bb"), false],
  ["web:1@sha256:aa", image("web:1@sha256:bb"), false],
  ["web@sha256:aa", image("web:1"), false],
  ["web:1", image("web:1@sha256:aa"), true],
  ["web", image("web@sha256:aa"), false],
])("%s, where %o is known", (pod, known, isMeant) => {
  expect(imagesByName([known])(pod)).toBe(isMeant ? known : undefined);
});

test("what is written as the pod has it comes first", () => {
  const [own, other] = [image("docker.io/library/web:1"), image("web:1")];
  expect([own, other].map(({ reference }) => imagesByName([own, other])(reference))).toEqual([own, other]);
});
