#!/usr/bin/env bash
# Ends the cluster and removes exactly what `up` made: processes, mounts, cgroups, the network namespace
# and the state folder. The cache of built binaries stays.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/lib/common.sh"
source "$HERE/lib/machine.sh"
source "$HERE/lib/processes.sh"

need_root
take_lock
if [[ -d $STATE ]]; then
  step 'ending the cluster'
  set +e
  stop_cluster
  set -e
  rm -rf "$STATE"
  step 'down'
else
  step 'nothing is up'
fi
