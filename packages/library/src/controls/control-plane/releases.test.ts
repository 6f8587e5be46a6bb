import { expect, test } from "vitest";
import { runtimeSupport, systemSupport } from "../node/maintained.ts";
import { supportOf } from "./releases.ts";

test.each([
  ["v1.35.4", "2026-11-01T00:00:00Z", true],
  ["v1.35.4+k3s1", "2027-02-28T12:00:00Z", true],
  ["v1.35.4", "2027-03-01T00:00:00Z", false],
  ["v1.9.0", "2026-11-01T00:00:00Z", false],
  ["v1.99.0", "2026-11-01T00:00:00Z", undefined],
  ["main", "2026-11-01T00:00:00Z", undefined],
  [undefined, "2026-11-01T00:00:00Z", undefined],
])("Kubernetes %s on %s: %s", (version, day, supported) => {
  expect(supportOf(version, day)?.supported).toBe(supported);
});

test.each([
  ["containerd://2.3.0", true],
  ["containerd://1.6.38", false],
  ["containerd://1.2.1", false],
  ["cri-o://1.35.1", true],
  ["cri-o://1.28.0", false],
  ["docker://20.10.7", false],
  ["containerd://9.0.0", undefined],
  ["sandbox://1.0", undefined],
  [undefined, undefined],
])("%s: %s", (version, supported) => {
  expect(runtimeSupport(version, "2026-11-01T00:00:00Z")?.supported).toBe(supported);
});

test.each([
  ["Ubuntu 24.04.3 LTS", true],
  ["CentOS Linux 7 (Core)", false],
  ["Amazon Linux 2", false],
  ["Amazon Linux 2023.9.20251110", true],
  ["Bottlerocket OS 1.50.0 (aws-k8s-1.34)", undefined],
])("%s: %s", (image, supported) => {
  expect(systemSupport(image, "2026-11-01T00:00:00Z")?.supported).toBe(supported);
});
