#!/usr/bin/env bash
# Builds the one container image, as an archive that any runtime or registry client takes: image.sh ARCHIVE [NAME].
# In it: Debian's C and C++ libraries, Node, our bundles, koffi. No shell, no package manager, no user but a number.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$ROOT/scripts/oci.sh"
CACHE=${PLIMSOLL_CACHE:-${HOME:-/root}/.cache/plimsoll}
mkdir -p "$CACHE"

die() {
  echo "image.sh: $*" >&2
  exit 1
}

apt_quiet() {
  DEBIAN_FRONTEND=noninteractive timeout 600 apt-get -q "$@" >"$CACHE/apt.log" 2>&1 </dev/null
}

[[ $# -ge 1 ]] || die 'usage: image.sh ARCHIVE [NAME]'
archive=$(realpath -m "$1")
node=$ROOT/node_modules/.bin/node
[[ -x $node ]] || die 'install first: npm ci --ignore-scripts'
version=$("$node" -p "require('$ROOT/packages/cli/package.json').version")
name=${2:-plimsoll.dev/plimsoll:$version}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
begin_layout "$work"

# What changes least lies lowest.
libraries=$(packages_layer "$work" libc6,libgcc-s1,libstdc++6)
install -D -m 0755 "$(realpath "$node")" "$work/node/usr/bin/node"
runtime=$(layer "$work" "$work/node")
app=$work/app/opt/plimsoll
mkdir -p "$app"
(cd "$ROOT" && "$node" scripts/bundle.ts && "$node" scripts/agent-bundle.ts "$app/bin/agent.js" &&
  "$node" scripts/agent-bundle.ts "$app/bin/lists.js" lists-main)
cp -r "$ROOT"/dist/{bin,bpf,samples,package.json,LICENSE,THIRD-PARTY.md} "$app/"
architecture=$("$node" -p process.arch)
koffi=$app/node_modules/koffi
native=@koromix/koffi-linux-$architecture
mkdir -p "$koffi/src/koffi/src" "$app/node_modules/$native/linux_$architecture"
cp "$ROOT"/node_modules/koffi/{index.js,index.cjs,indirect.js,indirect.cjs,package.json,LICENSE.txt} "$koffi/"
cp "$ROOT"/node_modules/koffi/src/koffi/*.{js,cjs} "$koffi/src/koffi/"
cp "$ROOT"/node_modules/koffi/src/koffi/src/*.{js,cjs} "$koffi/src/koffi/src/"
cp "$ROOT/node_modules/$native"/{index.js,package.json} "$app/node_modules/$native/"
cp "$ROOT/node_modules/$native/linux_$architecture/koffi.node" "$app/node_modules/$native/linux_$architecture/"
# With nothing around it both must load all that they need: the one tells its version, the other misses its settings.
env -i "$node" "$app/bin/main.js" --version >/dev/null || die 'the command does not start'
status=0
env -i "$node" "$app/bin/agent.js" 2>"$work/said" || status=$?
((status == 2)) || die "the agent does not start: $(head -n 3 "$work/said")"
chmod -R u=rwX,go=rX "$work/app"
add_image "$work" "$name" 65532 8443 '"/usr/bin/node"' "$libraries" "$runtime" "$(layer "$work" "$work/app")"
end_layout "$work" "$archive"
echo "$name sha256:$(sed -E 's/.*"digest":"sha256:([0-9a-f]{64})".*/\1/' "$work/manifests") $(stat -c %s "$archive") bytes in $archive"
