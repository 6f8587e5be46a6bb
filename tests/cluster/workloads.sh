#!/usr/bin/env bash
# Applies the sample workloads to the running cluster and waits until all of them run; with --delete it
# takes them away.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/lib/common.sh"

readonly APPLY_SECONDS=60
readonly RUN_SECONDS=180

main() {
  need_root
  if [[ ! -f $STATE/up ]]; then die 'the cluster is not up; npm run cluster:up'; fi
  case ${1:-} in
    '') apply_all && wait_all ;;
    --delete) delete_all ;;
    *) die "unknown argument $1; the only one is --delete" ;;
  esac
}

# The manifests name paths in the default state folder; here it may be another.
manifest() {
  sed "s|$DEFAULT_STATE|$STATE|g" "$1"
}

manifests() {
  local file
  for file in "$HERE"/workloads/*.yaml; do
    manifest "$file"
    printf '\n---\n'
  done
}

# Tried again for a while: a custom resource has to wait for its definition.
apply_all() {
  local file end
  for file in "$HERE"/workloads/*.yaml; do
    step "applying $(basename "$file")"
    end=$((SECONDS + APPLY_SECONDS))
    until manifest "$file" | kubectl_admin apply -f - >/dev/null 2>"$STATE/apply.error"; do
      if ((SECONDS >= end)); then die "$(basename "$file") is refused: $(<"$STATE/apply.error")"; fi
      sleep 1
    done
  done
}

wait_all() {
  local kind namespace name
  while read -r kind namespace name; do
    case $kind in
      Deployment | StatefulSet | DaemonSet) wait_one rollout status "$kind/$name" -n "$namespace" ;;
      Job) wait_one wait --for=condition=Complete "job/$name" -n "$namespace" ;;
      Pod) wait_one wait --for=condition=Ready "pod/$name" -n "$namespace" ;;
    esac
  done < <(manifests | kubectl_admin get -f - --no-headers \
    -o custom-columns=KIND:.kind,NAMESPACE:.metadata.namespace,NAME:.metadata.name)
  step 'all workloads run'
}

wait_one() {
  step "waiting for ${*: -3:1} in ${*: -1}"
  if ! kubectl_admin --request-timeout=0 "$@" --timeout="${RUN_SECONDS}s" \
    >/dev/null 2>"$STATE/wait.error" </dev/null; then
    cat "$STATE/wait.error" >&2
    kubectl_admin get pods -n "${*: -1}" -o wide >&2 </dev/null || true
    kubectl_admin get events -n "${*: -1}" --field-selector type=Warning >&2 </dev/null | tail -n 20 || true
    die "${*: -3:1} in ${*: -1} does not run within $RUN_SECONDS s"
  fi
}

delete_all() {
  step 'deleting the sample workloads'
  manifests | kubectl_admin delete -f - --ignore-not-found --wait=false >/dev/null
}

main "$@"
