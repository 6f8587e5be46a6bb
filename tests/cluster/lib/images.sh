# shellcheck shell=bash
# Builds the cluster's images without a registry: one OCI archive that holds them all, made of Debian's
# static busybox, a static `pause`, CoreDNS, the little programs in images/apps and a few of Debian's packages.

readonly PAUSE_IMAGE=plimsoll.test/pause:3.10
readonly COREDNS_IMAGE=plimsoll.test/coredns:$COREDNS_VERSION

source "$HERE/../../scripts/oci.sh"

# The archive's path; its name is the digest of all that goes into it, so a change builds anew.
images_archive() {
  local key
  key=$(cd "$HERE" && find images build/coredns lib/images.sh ../../scripts/oci.sh -type f -print0 | LC_ALL=C sort -z |
    xargs -0 sha256sum | sha256sum)
  printf '%s/images-%s/images.tar\n' "$CACHE" "${key:0:16}"
}

build_images() {
  local archive work image app user port packages base layers
  archive=$(images_archive)
  if [[ -f $archive ]]; then return; fi
  step 'building the images (pause, CoreDNS, busybox and small apps on it, nginx, redis, python)'
  mkdir -p "$(dirname "$archive")"
  work=$(mktemp -d "$(dirname "$archive")/build.XXXXXX")
  begin_layout "$work"
  base=$(busybox_layer "$work")
  add_image "$work" "$PAUSE_IMAGE" 65535 - '"/pause"' "$(pause_layer "$work")"
  add_image "$work" "$COREDNS_IMAGE" - 53 '"/coredns"' "$(coredns_layer "$work")"
  while read -r image app user port packages; do
    if [[ -z $image || $image == '#'* ]]; then continue; fi
    layers=("$base")
    if [[ -n $packages ]]; then layers+=("$(packages_layer "$work" "$packages")"); fi
    if [[ $app == - ]]; then
      add_image "$work" "$image" "$user" "$port" '"/bin/sh"' "${layers[@]}"
    else
      add_image "$work" "$image" "$user" "$port" "\"/usr/local/bin/${app#setuid:}\"" \
        "${layers[@]}" "$(app_layer "$work" "$app")"
    fi
  done <"$HERE/images/list"
  end_layout "$work" "$archive"
  rm -rf "$work"
}

pause_layer() {
  local work=$1
  mkdir "$work/pause"
  gcc -static -Os -s -Wall -Wl,--build-id=none -o "$work/pause/pause" "$HERE/images/pause.c" ||
    die 'gcc could not build the pause program'
  layer "$work" "$work/pause"
}

coredns_layer() {
  local work=$1
  install -D -m 0755 "$COREDNS_BIN/coredns" "$work/coredns/coredns"
  layer "$work" "$work/coredns"
}

# A program of images/apps; with `setuid:` before its name it runs as its owner, root, whoever calls it.
app_layer() {
  local work=$1 app=${2#setuid:} mode=0755
  if [[ $2 == setuid:* ]]; then mode=4755; fi
  if [[ -f $HERE/images/apps/$app.c ]]; then
    mkdir -p "$work/app/usr/local/bin"
    gcc -static -Os -s -Wall -Wl,--build-id=none -o "$work/app/usr/local/bin/$app" "$HERE/images/apps/$app.c" ||
      die "gcc could not build $app"
    chmod "$mode" "$work/app/usr/local/bin/$app"
  else
    install -D -m "$mode" "$HERE/images/apps/$app" "$work/app/usr/local/bin/$app"
  fi
  layer "$work" "$work/app"
}

# Debian's static busybox with a link for each applet, users, and the package's own record where the
# scanners of distroless images look for it.
busybox_layer() {
  local work=$1 root=$1/busybox package applet
  mkdir "$work/deb"
  if ! (cd "$work/deb" && timeout 300 apt-get -q download busybox-static) >"$CACHE/apt.log" 2>&1; then
    (apt_quiet update && cd "$work/deb" && timeout 300 apt-get -q download busybox-static) \
      >"$CACHE/apt.log" 2>&1 || die "busybox-static cannot be downloaded; see $CACHE/apt.log"
  fi
  package=$(find "$work/deb" -name '*.deb')
  dpkg-deb -x "$package" "$work/deb/x"
  mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,usr/local/bin,etc,root,home,srv,var/log}
  install -m 0755 "$work/deb/x/bin/busybox" "$root/bin/busybox"
  while read -r applet; do
    if [[ ! -e $root/$applet && $applet != linuxrc ]]; then ln -s /bin/busybox "$root/$applet"; fi
  done < <("$root/bin/busybox" --list-full)
  record_package "$package" "$root"
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  cp /etc/os-release "$root/etc/os-release"
  mkdir -m 1777 "$root/tmp"
  rm -rf "$work/deb"
  layer "$work" "$root"
}
