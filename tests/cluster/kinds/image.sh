#!/usr/bin/env bash
# Builds the image that holds packages of every kind that the agent reads, put there by the tools that put them into images:
# dpkg, pip, npm, rpm, Go's build, archives of Java within one another. Prints the archive; it is built once.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../../.." && pwd)
source "$ROOT/scripts/oci.sh"
CACHE=${PLIMSOLL_CACHE:-${HOME:-/root}/.cache/plimsoll}
readonly NAME=plimsoll.test/kinds:1
readonly DEBS=(busybox-static libc6 libgcc-s1 libstdc++6 libcrypt1 zlib1g libuuid1 libexpat1 libffi8 libbz2-1.0
  liblzma5 libssl3 python3.11-minimal libpython3.11-minimal libpython3.11-stdlib python3-pip-whl
  python3-setuptools-whl python3-wheel-whl python3-six openjdk-17-jre-headless librhino-java libcommons-lang3-java
  libgoogle-gson-java libslf4j-java)

main() {
  local key archive work root
  key=$(cd "$ROOT" && find tests/cluster/kinds scripts/oci.sh -type f ! -path '*/vendor/*' -print0 | LC_ALL=C sort -z |
    xargs -0 sha256sum | sha256sum)
  archive=$CACHE/kinds-${key:0:16}/image.tar
  if [[ ! -f $archive ]]; then
    mkdir -p "$(dirname "$archive")"
    work=$(mktemp -d "$(dirname "$archive")/build.XXXXXX")
    begin_layout "$work"
    root=$work/root
    for step in need_tools debian python npm_packages java go_programs rpm_packages; do
      "$step" "$work" "$root" >"$CACHE/kinds.log" 2>&1 || die "$step failed: $(tail -n 20 "$CACHE/kinds.log")"
    done
    add_image "$work" "$NAME" - - '"/bin/sh"' "$(layer "$work" "$root")"
    end_layout "$work" "$archive"
    rm -rf "$work"
  fi
  echo "$archive"
}

die() {
  echo "image.sh: $*" >&2
  exit 1
}

apt_quiet() {
  DEBIAN_FRONTEND=noninteractive timeout 600 apt-get -q "$@" </dev/null
}

# The tests ask the same tools what is there.
need_tools() {
  local missing=()
  command -v rpmbuild || missing+=(rpm)
  command -v unzip || missing+=(unzip)
  if ((${#missing[@]} > 0)); then apt_quiet update && apt_quiet install --no-install-recommends -y "${missing[@]}"; fi
}

# By dpkg itself, into a root whose /usr is merged. Not all is set up in the end: Java's wants a /proc, and is left half
# configured, as many an image has it. Of one package the sums are missing, of one the list.
debian() {
  local work=$1 root=$2 link info=$2/var/lib/dpkg/info
  mkdir -p "$work/debs" "$root"/usr/{bin,sbin,lib,lib64} "$root"/{tmp,etc,root,proc,dev} "$root"/var/lib/dpkg/{info,updates}
  for link in bin sbin lib lib64; do ln -s "usr/$link" "$root/$link"; done
  touch "$root"/var/lib/dpkg/{status,available}
  cp /etc/os-release "$root/etc/os-release"
  (cd "$work/debs" && { apt_quiet download "${DEBS[@]}" || { apt_quiet update && apt_quiet download "${DEBS[@]}"; }; })
  dpkg-deb -x "$work"/debs/busybox-static_*.deb "$work/busybox"
  cp "$work/busybox/bin/busybox" "$root/bin/busybox"
  chroot "$root" /bin/busybox --install -s /usr/bin
  DEBIAN_FRONTEND=noninteractive dpkg --root="$root" --force-depends -i "$work"/debs/*.deb || true
  rm "$info"/zlib1g:*.md5sums "$info"/libslf4j-java.list
}

# Real wheels, by pip as Debian has it, within the image: with programs of theirs elsewhere.
python() {
  chroot "$2" /bin/sh -c 'cd /usr/share/python-wheels && PYTHONPATH=$(echo pip-*.whl) exec python3.11 -B -m pip install \
    --no-index --no-deps --no-compile --break-system-packages ./setuptools-*.whl ./wheel-*.whl ./pip-*.whl'
}

npm_packages() {
  mkdir -p "$2/srv/app"
  cp "$HERE"/npm/package{,-lock}.json "$2/srv/app/"
  (cd "$2/srv/app" && npm ci --ignore-scripts)
  install -D -m 0755 "$(realpath "$ROOT/node_modules/.bin/node")" "$2/usr/local/bin/node"
}

# As a build that packs all into one archive lays it: the archives within are stored, not packed again.
java() {
  local work=$1 java=$2/usr/share/java
  mkdir -p "$work/fat/BOOT-INF/lib" "$2/srv/java"
  cp "$java/gson.jar" "$work/fat/BOOT-INF/lib/gson-2.10.jar"
  cp -r "$work/fat" "$2/tmp/fat"
  chroot "$2" /bin/sh -c 'cd /tmp/fat && exec python3.11 -B -m zipfile -c /srv/java/fat.jar BOOT-INF'
  rm -r "$2/tmp/fat"
}

go_programs() {
  local place=$1/go
  cp -r "$HERE/go" "$place"
  (cd "$place" && go mod vendor && CGO_ENABLED=0 go build -mod=vendor -o "$2/usr/local/bin/" ./ping &&
    CGO_ENABLED=0 go build -mod=vendor -buildmode=pie -o "$2/usr/local/bin/" ./pong)
}

rpm_packages() {
  rpmbuild -bb --define "_topdir $1/rpm" --define "_sourcedir $HERE/rpm" "$HERE/rpm/line.spec"
  rpm --root "$2" --dbpath /var/lib/rpm --nodeps -i "$1"/rpm/RPMS/noarch/*.rpm
}

main
