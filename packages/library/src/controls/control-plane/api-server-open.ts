import { defineControl } from "@plimsoll/core";
import { anonymousAccess, orByAsking } from "./anonymous.ts";
import { clusterRef } from "./cluster.ts";

export const apiServerOpen = defineControl({
  id: "api-server-open",
  title: "The API server shows nothing to a caller without a name",
  severity: "critical",
  why: "An API server that lists namespaces for anybody has a binding for `system:anonymous` or `system:unauthenticated`, or no authorisation at all. Scanners of the whole internet look for just that answer.",
  remediation:
    "Remove the binding that names `system:anonymous` or `system:unauthenticated`. `plimsoll who-can list namespaces` shows it; where there is none, `--authorization-mode` is not `Node,RBAC`. What really must be public, such as a health page, is served better by something else.",
  equivalents: [],
  grants: "information",
  reference: "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests",
  ...orByAsking((status) => status !== 200, {
    target: "cluster",
    reads: [],
    *judge(inventory) {
      if (inventory.server.kind === "files")
        yield { resource: clusterRef, result: "skip", because: "no cluster in this scan" };
      else
        yield {
          resource: clusterRef,
          result: "unknown",
          because: "Nobody asked: `plimsoll scan --probe` sends one request without a name",
        };
    },
  }),
  noFix: "Which binding lets everybody in is told by `plimsoll who-can list namespaces`.",
  examples: {
    pass: [{ resources: [anonymousAccess(403)] }, { resources: [anonymousAccess(401)] }],
    fail: [{ resources: [anonymousAccess(200)] }],
  },
});
