/** Paths of the node that give away more than others when a pod mounts them, as patterns (RE2) over `hostPath.path`. */

/** A slash as the node reads it: `//` and `/./` are the same path. */
const slash = "/([.]?/)*";

/** Matches each path (segments may be patterns without slashes) and everything below it. */
function under(paths: readonly string[]): string {
  return `(${paths.map((path) => slash + path.split("/").join(slash)).join("|")})(/.*)?`;
}

/** Matches each path itself and nothing below it. */
function itself(paths: readonly string[]): string {
  return `(${paths.map((path) => slash + path.split("/").join(slash)).join("|")})(/[.]?)*`;
}

/** No path is in two of these: each volume has one finding. */
const places = {
  root: "(/[.]?)+",
  socket: [
    "/.*(docker|dockershim|cri-dockerd|containerd|crio|podman|buildkitd)[.]sock",
    itself(["run", "var/run"]),
    under(["run/(containerd|docker|crio|podman|k3s|k0s)", "var/run/(containerd|docker|crio|podman|k3s|k0s)"]),
  ].join("|"),
  kubelet: `${itself(["var", "var/lib", "var/lib/kubelet"])}|${under(["var/lib/kubelet/(pki|pods|config[.]yaml|kubeconfig|kubeadm-flags[.]env)"])}`,
  controlPlane: under([
    "etc/(kubernetes|etcd|rancher|k0s|srv)",
    "var/lib/(etcd|rancher|k0s|minikube|microshift)",
    "var/etcd",
    "run/kubernetes",
    "var/run/kubernetes",
    "var/snap/microk8s",
    "srv/kubernetes",
  ]),
  storage: under(["var/lib/(docker|containerd|containers|cri-o)"]),
  etc: `${itself(["etc"])}|${under([
    "etc/(shadow|gshadow|passwd|group|sudoers|sudoers[.]d|ssh|pam[.]d|security|systemd|init[.]d|rc[.]local|rc[0-9]?[.]d)",
    "etc/(cron[a-z.]*|containerd|docker|crio|cni|profile|profile[.]d|bash[.]bashrc|environment|udev|modprobe[.]d|modules-load[.]d)",
    "etc/(ld[.]so[.]preload|ld[.]so[.]conf|ld[.]so[.]conf[.]d)",
  ])}`,
  home: under(["root", "home"]),
  proc: under(["proc"]),
  sys: under(["sys"]),
  dev: `${itself(["dev"])}|${under(["dev/(mem|kmem|port|sd[a-z]+[0-9]*|vd[a-z]+[0-9]*|xvd[a-z]+[0-9]*|nvme.*|dm-[0-9]+|mapper|disk|block)"])}`,
  log: `${itself(["var/log"])}|${under(["var/log/(pods|containers|audit|kubernetes|journal|kube-[a-z-]+[.]log)"])}`,
} as const;

/** What the node runs; reading it gives nothing away, writing to it gives the node away. */
const programs = `${itself(["usr", "lib", "lib64", "opt", "var/spool"])}|${under([
  "bin",
  "sbin",
  "boot",
  "usr/(local/)?(bin|sbin|lib|lib64|libexec)",
  "lib/(systemd|security|udev)",
  "lib64/security",
  "opt/(cni|bin)",
  "etc/(cdi|apparmor[.]d)",
  "run/cdi",
  "var/run/cdi",
  "var/lib/cloud",
  "var/spool/cron",
])}`;

export type HostPlace = keyof typeof places;

/** The pattern of one place. */
export function hostPlace(place: HostPlace): string {
  return whole(places[place]);
}

/** Every place that has a control of its own. */
export const namedHostPlaces = whole(Object.values(places).join("|"));

/** Where a write is root on the node. Sockets are left out: a read-only mount does not make them less. */
export const systemHostPlaces = whole(
  [
    programs,
    ...Object.entries(places)
      .filter(([place]) => place !== "socket")
      .map(([, pattern]) => pattern),
  ].join("|"),
);

function whole(pattern: string): string {
  return `^(${pattern})$`;
}
