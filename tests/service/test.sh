#!/usr/bin/env bash
# Holds the service as people run it: a process of its own against a real kube-apiserver and etcd, over real HTTP. It
# needs root for one small file system that it fills up, a C compiler and PostgreSQL; it listens on 127.0.0.1 only, and
# its last line is `N passed, N failed`.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
HERE=$PWD/tests/cluster
source "$HERE/lib/common.sh"
source "$HERE/lib/binaries.sh"
take_lock
go_build kubernetes k8s.io/kubernetes/cmd/kube-apiserver "$K8S_BIN/kube-apiserver" "$(kubernetes_ldflags)"
go_build etcd go.etcd.io/etcd/server/v3 "$ETCD_BIN/etcd" '-s -w'
exec 9>&-
export PLIMSOLL_APISERVER=$K8S_BIN/kube-apiserver PLIMSOLL_ETCD=$ETCD_BIN/etcd
exec "$PWD/node_modules/.bin/node" node_modules/vitest/vitest.mjs run --config tests/service/vitest.config.ts "$@"
