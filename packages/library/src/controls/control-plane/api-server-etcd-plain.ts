import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerEtcdPlain = defineControl({
  id: "api-server-etcd-plain",
  title: "The API server speaks to etcd over TLS",
  severity: "critical",
  why: "Over plain HTTP every secret crosses the network readable, and etcd answers anybody. One request to its port is the whole cluster.",
  remediation:
    "Give etcd certificates (`--cert-file`, `--client-cert-auth`), then change `--etcd-servers` to `https://`.",
  equivalents: [],
  grants: "cluster-takeover",
  ...flagCheck({
    component: "kube-apiserver",
    flag: "etcd-servers",
    holds: (_, flags) => !flags.list("etcd-servers").some((server) => server.startsWith("http://")),
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver", "--etcd-servers=https://127.0.0.1:2379")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--etcd-servers=http://10.0.0.5:2379")] }],
  },
});
