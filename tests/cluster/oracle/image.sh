#!/usr/bin/env bash
# Builds the images of the six services that the oracle looks at: Debian's packages, and what each serves in a folder of its own. Prints the
# archive that holds them all; it is built once.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
HERE=$ROOT/tests/cluster
source "$HERE/lib/common.sh"
source "$HERE/lib/binaries.sh"
source "$HERE/lib/images.sh"
export PATH=$PATH:/usr/local/go/bin

main() {
  local key archive work base id port packages
  key=$(cd "$ROOT" && sha256sum tests/cluster/oracle/{image.sh,services.ts,write.ts} tests/agent/oracle/services.ts \
    tests/cluster/images/list tests/cluster/lib/images.sh scripts/oci.sh package-lock.json | sha256sum)
  archive=$CACHE/oracle-${key:0:16}/images.tar
  need_tools
  if [[ ! -f $archive ]]; then
    mkdir -p "$(dirname "$archive")"
    work=$(mktemp -d "$(dirname "$archive")/build.XXXXXX")
    begin_layout "$work"
    base=$(busybox_layer "$work")
    "$ROOT/node_modules/.bin/node" "$HERE/oracle/write.ts" "$work/services"
    while read -r id port packages; do
      add_image "$work" "plimsoll.test/oracle-$id:1" - "$port" '"/bin/sh"' "$base" \
        $([[ $packages == - ]] || packages_layer "$work" "$packages") "$(layer "$work" "$work/services/$id")"
    done < <(services)
    end_layout "$work" "$archive"
    rm -rf "$work"
  fi
  echo "$archive"
}

# Debian's own Node, where another archive has a newer one too.
services() {
  local node
  node=$(apt-cache madison nodejs | awk '/debian/ { print $3; exit }')
  echo "nginx 18401 $(packages_of plimsoll.test/nginx:1.22)"
  echo "redis 18402 $(packages_of plimsoll.test/redis:7.0)"
  echo "python 18403 $(packages_of plimsoll.test/python:3.11),libsqlite3-0"
  echo "node 18404 nodejs=$node,libnode108=$node,node-acorn,node-cjs-module-lexer,node-undici,libbrotli1,libc-ares2,libc6,libgcc-s1,libicu72,libnghttp2-14,libssl3,libstdc++6,libuv1,zlib1g"
  echo 'go 18405 -'
  echo 'java 18406 openjdk-17-jre-headless,libc6,libgcc-s1,libstdc++6,zlib1g'
}

# As the cluster's own images have them.
packages_of() {
  awk -v image="$1" '$1 == image { print $5 }' "$HERE/images/list"
}

need_tools() {
  local missing=()
  command -v strace >/dev/null || missing+=(strace)
  command -v javac >/dev/null || missing+=(openjdk-17-jdk-headless)
  if ((${#missing[@]} > 0)); then
    { apt_quiet update && apt_quiet install --no-install-recommends -y "${missing[@]}"; } ||
      die "apt-get could not install ${missing[*]}"
  fi
}

main
