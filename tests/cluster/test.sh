#!/usr/bin/env bash
# Brings the cluster up, applies the workloads, and runs the tests beside this file inside the cluster's network
# namespace. Its last line is `N passed, N failed`. With KEEP=1 the cluster stays up.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$HERE/../.."
image=$(mktemp -d)
end() {
  rm -rf "$image"
  [ "${KEEP:-0}" = 1 ] || bash tests/cluster/down.sh || true
}
trap end EXIT
bash tests/cluster/up.sh --workloads
bash deploy/image.sh "$image/plimsoll.tar"
PLIMSOLL_KINDS=$(bash tests/cluster/kinds/image.sh)
PLIMSOLL_ORACLE=$(bash tests/cluster/oracle/image.sh)
export PLIMSOLL_IMAGE=$image/plimsoll.tar PLIMSOLL_KINDS PLIMSOLL_ORACLE
bash tests/cluster/enter.sh "$PWD/node_modules/.bin/node" node_modules/vitest/vitest.mjs run --config tests/cluster/vitest.config.ts "$@"
