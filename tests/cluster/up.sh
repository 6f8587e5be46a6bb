#!/usr/bin/env bash
# Brings up a real single-node Kubernetes cluster in a network namespace of its own; does nothing when a
# healthy one of this same harness runs. With --workloads it also applies the sample workloads.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/lib/common.sh"
source "$HERE/lib/binaries.sh"
source "$HERE/lib/images.sh"
source "$HERE/lib/pki.sh"
source "$HERE/lib/machine.sh"
source "$HERE/lib/processes.sh"
source "$HERE/lib/components.sh"

STARTED=false

main() {
  local workloads=false argument
  for argument in "$@"; do
    case $argument in
      --workloads) workloads=true ;;
      *) die "unknown argument $argument; the only one is --workloads" ;;
    esac
  done
  need_root
  take_lock
  if is_healthy; then
    step "the cluster is up already; KUBECONFIG=$ADMIN_KUBECONFIG inside tests/cluster/enter.sh"
  else
    get_parts
    bring_up
  fi
  if [[ $workloads == true ]]; then bash "$HERE/workloads.sh" 9>&-; fi
}

# What the running cluster was made from. A change to the harness is a reason to make it anew.
fingerprint() {
  (cd "$HERE" && find up.sh lib config manifests images -type f -print0 | LC_ALL=C sort -z |
    xargs -0 sha256sum | sha256sum)
}

is_healthy() {
  if [[ ! -f $STATE/up ]]; then return 1; fi
  if [[ $(<"$STATE/up") != "$(fingerprint)" ]]; then
    step 'the harness has changed since the cluster came up: making it anew'
    return 1
  fi
  if ! all_parts_alive || ! api_ready >/dev/null 2>&1 || ! node_ready; then
    step 'the cluster that was up is not healthy: making it anew'
    return 1
  fi
}

get_parts() {
  mkdir -p "$CACHE"
  install_packages
  build_binaries
  build_images
}

bring_up() {
  if [[ -d $STATE ]]; then
    step 'removing what an earlier run left'
    stop_cluster
    rm -rf "$LOGS"
  fi
  mkdir -p "$STATE" "$LOGS" "$PIDS"
  trap on_exit EXIT
  STARTED=true
  note_fixed_places
  note_settings
  make_network
  make_cgroup
  make_pki
  start_etcd
  start_containerd
  start_apiserver
  import_images
  wait_for 60 'API server' api_ready
  start_controller_manager
  start_scheduler
  start_kubelet
  start_kube_proxy
  apply_harness_manifests
  wait_for 60 'Ready node' node_ready
  set_pod_cidr
  probe_pods
  wait_for 60 'cluster DNS' dns_ready
  fingerprint >"$STATE/up"
  STARTED=false
  step "up: node $NODE_NAME is Ready, Kubernetes $K8S_VERSION; enter it with tests/cluster/enter.sh COMMAND…"
}

# A cluster that is half up helps no one: end it, and keep and show what it said.
on_exit() {
  local code=$?
  if [[ $STARTED == false ]]; then return; fi
  set +e
  printf '[%4ds] FAILED at: %s\n' "$SECONDS" "$STEP" >&2
  show_logs
  stop_cluster
  printf 'the logs are kept in %s\n' "$LOGS" >&2
  exit $((code == 0 ? 1 : code))
}

main "$@"
