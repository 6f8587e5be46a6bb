import { completeExample, exampleSnapshot, scan } from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "../../index.ts";

const controls = library.controls.map(({ id }) => id).filter((id) => id.startsWith("host-path-"));

function findingsAt(path: string): readonly string[] {
  const resources = completeExample({ pod: { volumes: [{ name: "host", hostPath: { path } }] } });
  const { results } = scan(exampleSnapshot(resources), library, {
    toolVersion: "test",
    frameworks: [],
    controls,
  });
  return results.map(({ control }) => control);
}

test.each([
  ["/", "host-path-root"],
  ["//", "host-path-root"],
  ["/./", "host-path-root"],
  ["/etc", "host-path-etc"],
  ["/etc/", "host-path-etc"],
  ["/./etc//ssh", "host-path-etc"],
  ["/etc/cron.daily", "host-path-etc"],
  ["/etc/cni/net.d", "host-path-etc"],
  ["/etc/kubernetes", "host-path-control-plane"],
  ["/etc/kubernetes/azure.json", "host-path-control-plane"],
  ["/var/lib/etcd/member", "host-path-control-plane"],
  ["/var/lib/rancher/k3s/agent/containerd", "host-path-control-plane"],
  ["/var/run/kubernetes/", "host-path-control-plane"],
  ["/var/log/journal", "host-path-log"],
  ["/etc/localtime", "host-path-volume"],
  ["/etc/ssl/certs", "host-path-volume"],
  ["/etcetera", "host-path-volume"],
  ["/var/run/docker.sock", "host-path-runtime-socket"],
  ["/mnt/host/run/containerd.sock", "host-path-runtime-socket"],
  ["/run", "host-path-runtime-socket"],
  ["/var/run/", "host-path-runtime-socket"],
  ["/run/containerd", "host-path-runtime-socket"],
  ["/run/k3s/containerd/containerd.sock", "host-path-runtime-socket"],
  ["/run/xtables.lock", "host-path-volume"],
  ["/var/run/calico", "host-path-volume"],
  ["/var/lib/kubelet", "host-path-kubelet"],
  ["/var/lib/kubelet/pods", "host-path-kubelet"],
  ["/var/lib/kubelet/plugins_registry", "host-path-volume"],
  ["/var/lib/docker/containers", "host-path-runtime-storage"],
  ["/var/lib/containerd", "host-path-runtime-storage"],
  ["/proc", "host-path-proc"],
  ["/proc/1/root", "host-path-proc"],
  ["/process", "host-path-volume"],
  ["/sys/fs/bpf", "host-path-sys"],
  ["/dev", "host-path-dev"],
  ["/dev/nvme0n1p1", "host-path-dev"],
  ["/dev/fuse", "host-path-volume"],
  ["/var", "host-path-kubelet"],
  ["/var/lib/", "host-path-kubelet"],
  ["/var/log", "host-path-log"],
  ["/var/log/pods", "host-path-log"],
  ["/var/log/shop", "host-path-volume"],
  ["/root", "host-path-home"],
  ["/home/ubuntu/.aws", "host-path-home"],
  ["/lib/modules", "host-path-volume"],
  ["/opt/cni/bin", "host-path-volume"],
  ["/srv/data", "host-path-volume"],
])("%s has one finding: %s", (path, control) => {
  expect(findingsAt(path)).toEqual([control]);
});
