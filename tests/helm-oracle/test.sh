#!/usr/bin/env bash
# Holds our renderer of Helm charts against helm itself, built from Go modules: charts that other modules ship, a list of
# expressions, and random templates. It needs no root; its last line is `N passed, N failed`.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
HERE=$PWD/tests/cluster
source "$HERE/lib/common.sh"
source "$HERE/lib/binaries.sh"
oracle=$PWD/tests/helm-oracle
go=$(find_go) || die "building helm needs Go 1.$GO_NEEDED or newer on PATH or in /usr/local/go"
export HOME=${HOME:-/root} CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off

hash=$(cat "$oracle"/{main.go,go.mod,go.sum} | sha256sum | cut -c1-16)
program=$CACHE/helm-$hash/helm-oracle
if [[ ! -x $program ]]; then
  step 'building helm from Go modules (a minute or two, once)'
  mkdir -p "$(dirname "$program")"
  (cd "$oracle" && GOFLAGS='' nice -n 10 timeout 1200 "$go" build -p 2 -buildvcs=false -mod=readonly -trimpath \
    -ldflags '-s -w' -o "$program.new" .)
  mv "$program.new" "$program"
fi

# Modules that ship charts, pinned by their sum.
corpus=
while read -r module version sum folders; do
  answer=$(cd / && GOFLAGS=-mod=mod timeout 300 "$go" mod download -json "$module@$version" 2>/dev/null) ||
    die "could not get $module@$version"
  dir=$(sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p' <<<"$answer")
  got=$(sed -n 's/^\t"Sum": "\(.*\)",\{0,1\}$/\1/p' <<<"$answer")
  [[ $got == "$sum" ]] || die "$module@$version has the sum $got, not $sum"
  for folder in $folders; do corpus+="$dir/$folder"$'\t'"$module $folder"$'\n'; done
done <"$oracle/corpus.txt"
step "$(wc -l <"$oracle/corpus.txt") modules with charts"

export PLIMSOLL_HELM_ORACLE=$program PLIMSOLL_HELM_CORPUS=$corpus
exec "$PWD/node_modules/.bin/node" node_modules/vitest/vitest.mjs run --config tests/helm-oracle/vitest.config.ts "$@"
