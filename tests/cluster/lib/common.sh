# shellcheck shell=bash disable=SC2034
# What every script of the cluster harness shares: settings, one line per step, waits with an end.

readonly K8S_VERSION=v1.35.4
readonly ETCD_VERSION=v3.6.5
readonly COREDNS_VERSION=v1.12.4

readonly NETNS=plimsoll
readonly NETNS_PATH=/run/netns/$NETNS
readonly NODE_NAME=plimsoll-node
readonly NODE_IP=10.240.0.1
readonly POD_CIDR=10.244.0.0/24
readonly CLUSTER_CIDR=10.244.0.0/16
readonly SERVICE_CIDR=10.96.0.0/16
readonly API_SERVICE_IP=10.96.0.1
readonly DNS_SERVICE_IP=10.96.0.10
readonly API_PORT=6443
readonly CGROUP=plimsoll

readonly CACHE=${PLIMSOLL_CACHE:-${HOME:-/root}/.cache/plimsoll}
readonly DEFAULT_STATE=/var/lib/plimsoll-cluster
readonly STATE=${PLIMSOLL_STATE:-$DEFAULT_STATE}
readonly K8S_BIN=$CACHE/k8s-$K8S_VERSION/bin
readonly ETCD_BIN=$CACHE/etcd-$ETCD_VERSION/bin
readonly COREDNS_BIN=$CACHE/coredns-$COREDNS_VERSION/bin
readonly LOCK=/run/lock/plimsoll-cluster.lock
readonly LOGS=$STATE/log
readonly PIDS=$STATE/pids
readonly PKI=$STATE/pki
readonly CONTAINERD_SOCKET=$STATE/containerd/containerd.sock
readonly ADMIN_KUBECONFIG=$STATE/admin.kubeconfig
readonly LIMITED_KUBECONFIG=$STATE/limited.kubeconfig

STEP=starting

# One line per step: seconds since this script began, and what is being done.
step() {
  STEP=$*
  printf '[%4ds] %s\n' "$SECONDS" "$*"
}

die() {
  printf '[%4ds] FAILED: %s\n' "$SECONDS" "$*" >&2
  exit 1
}

# wait_for SECONDS WHAT COMMAND…: polls COMMAND until it succeeds; ends the script when the time is over
# or when a part of the cluster has died, since then waiting on is pointless.
wait_for() {
  local limit=$1 what=$2 end dead
  shift 2
  STEP="waiting for $what"
  end=$((SECONDS + limit))
  until "$@" >/dev/null 2>&1; do
    if declare -F dead_part >/dev/null && dead=$(dead_part); then
      die "$dead died while waiting for $what; see $LOGS/$dead.log"
    fi
    if ((SECONDS >= end)); then die "no $what within $limit s"; fi
    sleep 0.2
  done
}

need_root() {
  if [[ $(id -u) != 0 ]]; then die 'the cluster needs root: namespaces, mounts and cgroups'; fi
}

# One `up`, `down` or build at a time on this machine; the others wait here. The lock is file
# descriptor 9, closed for whatever outlives the script.
take_lock() {
  mkdir -p "$(dirname "$LOCK")"
  exec 9>"$LOCK"
  if ! flock -n 9; then
    step "waiting for another run that holds $LOCK"
    flock -w 1800 9 || die "another run held $LOCK for 30 minutes"
  fi
}

in_netns() {
  nsenter --net="$NETNS_PATH" -- "$@"
}

kubectl_admin() {
  KUBECACHEDIR=$STATE/kubectl-cache in_netns "$K8S_BIN/kubectl" --kubeconfig "$ADMIN_KUBECONFIG" \
    --request-timeout=10s "$@"
}
