import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const etcdListensWidely = defineControl({
  id: "etcd-listens-widely",
  title: "etcd does not listen on every address",
  severity: "medium",
  why: "On all addresses, pods and other machines can knock at etcd. Its certificates are then the only lock, and a hole in them is the cluster.",
  remediation:
    "Name the loopback address and that of the control-plane network in `--listen-client-urls`. API servers elsewhere must be able to reach one of them.",
  equivalents: [],
  ...flagCheck({
    component: "etcd",
    flag: "listen-client-urls",
    holds: (_, flags) =>
      !flags.list("listen-client-urls").some((url) => /\/\/(0\.0\.0\.0|\[::\])(:|$)/.test(url)),
    file: "config-file",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [
      { resources: [staticPod("etcd", "--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.5:2379")] },
    ],
    fail: [{ resources: [staticPod("etcd", "--listen-client-urls=https://0.0.0.0:2379")] }],
  },
});
