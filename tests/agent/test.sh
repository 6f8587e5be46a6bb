#!/usr/bin/env bash
# Holds the agent against the kernel it runs on: builds the kernel object anew and compares it with the one in the
# repository, then lets programs do counted deeds in cgroups of their own. Needs root. Last line: `N passed, N failed`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export PATH=$PATH:/usr/local/go/bin
missing=()
for tool in clang bpftool gcc setpriv runc strace rpm rpmbuild go python3; do
  command -v "$tool" >/dev/null || [ -x "/usr/sbin/$tool" ] || missing+=("$tool")
done
[ -e /usr/include/bpf/bpf_helpers.h ] || missing+=(libbpf)
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq install -y --no-install-recommends clang llvm bpftool libbpf-dev gcc libc6-dev util-linux runc strace rpm golang-go python3 >/dev/null
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O2 -static -o "$work/work" tests/agent/work.c
bash packages/agent/bpf/build.sh "$work"
export PLIMSOLL_WORK=$work/work PLIMSOLL_BUILT=$work
node_modules/.bin/node node_modules/vitest/vitest.mjs run --config tests/agent/vitest.config.ts "$@"
