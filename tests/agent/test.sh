#!/usr/bin/env bash
# Holds the agent against the kernel it runs on: builds the kernel object anew and compares it with the one in the
# repository, then lets programs do counted deeds in cgroups of their own. Needs root. Last line: `N passed, N failed`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export PATH=$PATH:/usr/local/go/bin
missing=()
for tool in clang bpftool gcc setpriv runc strace rpm rpmbuild go python3 podman; do
  command -v "$tool" >/dev/null || [ -x "/usr/sbin/$tool" ] || missing+=("$tool")
done
[ -e /usr/include/bpf/bpf_helpers.h ] || missing+=(libbpf)
command -v javac >/dev/null || missing+=(javac)
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq install -y --no-install-recommends clang llvm bpftool libbpf-dev gcc libc6-dev util-linux runc strace rpm golang-go python3 podman openjdk-17-jdk-headless >/dev/null
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O2 -static -o "$work/work" tests/agent/work.c
bash packages/agent/bpf/build.sh "$work"
# Two servers of Debian's, unpacked beside: what the agent sees of them is compared with what strace sees. And busybox, of
# which Podman's image is made.
mkdir "$work/debs" "$work/debian"
servers=(nginx nginx-common redis-server redis-tools libpcre2-8-0 libcrypt1 libatomic1 libjemalloc2 liblzf1 libssl3 zlib1g libsystemd0 busybox-static)
(cd "$work/debs" && apt-get -qq download "${servers[@]}" 2>/dev/null) ||
  (apt-get -qq update && cd "$work/debs" && apt-get -qq download "${servers[@]}")
for package in "$work"/debs/*.deb; do dpkg-deb -x "$package" "$work/debian"; done
export PLIMSOLL_DEBIAN=$work/debian
export PLIMSOLL_WORK=$work/work PLIMSOLL_BUILT=$work
node_modules/.bin/node node_modules/vitest/vitest.mjs run --config tests/agent/vitest.config.ts "$@"
