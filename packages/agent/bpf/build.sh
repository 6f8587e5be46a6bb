#!/usr/bin/env bash
# Builds the kernel object and packs it: `build.sh [FOLDER]`, by default beside this file. Needs clang, bpftool and
# libbpf's headers (Debian: clang, bpftool, libbpf-dev), and `npm ci`; no root. The result is the same, byte for byte, each time.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:-$here}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bpftool=$(command -v bpftool || echo /usr/sbin/bpftool)
cd "$here"
clang -O2 -g -target bpf -mcpu=v3 -D__TARGET_ARCH_x86 -I/usr/include/x86_64-linux-gnu -Wall -Werror \
  -fdebug-prefix-map="$here"=. -c sense.bpf.c -o "$work/sense.o"
"$bpftool" gen skeleton -L "$work/sense.o" >"$work/sense.h"
"$here/../../../node_modules/.bin/node" pack.ts "$work/sense.h" "$out/sense.x64.bin.gz" | tee "$out/sense.sha256"
