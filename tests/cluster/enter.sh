#!/usr/bin/env bash
# Runs a command inside the cluster's network namespace, with KUBECONFIG of its administrator and the
# cluster's own kubectl first on PATH. PLIMSOLL_LIMITED_KUBECONFIG names the account that may not see all.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/lib/common.sh"

if [[ ! -f $STATE/up ]]; then die 'the cluster is not up; npm run cluster:up'; fi
if (($# == 0)); then set -- "${SHELL:-/bin/bash}"; fi
export KUBECONFIG=$ADMIN_KUBECONFIG
export KUBECACHEDIR=$STATE/kubectl-cache
export PLIMSOLL_LIMITED_KUBECONFIG=$LIMITED_KUBECONFIG
export PLIMSOLL_STATE=$STATE
export PATH=$K8S_BIN:$PATH
exec nsenter --net="$NETNS_PATH" -- "$@"
