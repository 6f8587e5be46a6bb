# shellcheck shell=bash
# Builds OCI images with nothing but tar, sha256sum and Debian's packages: each byte follows from what goes in. Who
# sources it defines `die`, `apt_quiet` and CACHE. WORK holds `oci/blobs/sha256` and the list `manifests`.

readonly IMAGES_CREATED=2026-01-01T00:00:00Z

begin_layout() {
  mkdir -p "$1/oci/blobs/sha256"
  : >"$1/manifests"
}

# end_layout WORK ARCHIVE: one archive of all images that were added.
end_layout() {
  printf '{"imageLayoutVersion":"1.0.0"}' >"$1/oci/oci-layout"
  printf '{"schemaVersion":2,"manifests":[%s]}' "$(paste -sd, "$1/manifests")" >"$1/oci/index.json"
  pack "$1/oci" "$1/images.tar"
  mv "$1/images.tar" "$2"
}

# A tar of which each byte follows from the files' content, names and modes alone.
pack() {
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=gnu -C "$1" -cf "$2" .
}

# Moves a file among the blobs and prints its digest.
blob() {
  local work=$1 file=$2 digest
  digest=$(sha256sum "$file")
  digest=${digest%% *}
  mv "$file" "$work/oci/blobs/sha256/$digest"
  printf '%s\n' "$digest"
}

layer() {
  local work=$1 root=$2
  pack "$root" "$work/layer"
  rm -rf "$root"
  blob "$work" "$work/layer"
}

# record_package DEB ROOT: what it is and which files it brought, where scanners of images without dpkg look for it.
record_package() {
  local place=$2/var/lib/dpkg/status.d name
  name=$(dpkg-deb -f "$1" Package)
  mkdir -p "$place"
  dpkg-deb -f "$1" >"$place/$name"
  dpkg-deb -I "$1" md5sums >"$place/$name.md5sums" 2>/dev/null || rm "$place/$name.md5sums"
}

# What Debian's packages hold, named one by one with all that they link to; without documents and translations.
packages_layer() {
  local work=$1 package
  local -a packages
  IFS=, read -ra packages <<<"$2"
  mkdir -p "$work/debs" "$work/packages"
  if ! (cd "$work/debs" && timeout 600 apt-get -q download "${packages[@]}") >"$CACHE/apt.log" 2>&1; then
    (apt_quiet update && cd "$work/debs" && timeout 600 apt-get -q download "${packages[@]}") \
      >"$CACHE/apt.log" 2>&1 || die "packages cannot be downloaded; see $CACHE/apt.log"
  fi
  for package in "$work"/debs/*.deb; do
    dpkg-deb -x "$package" "$work/packages"
    record_package "$package" "$work/packages"
  done
  rm -rf "$work/debs" "$work/packages"/usr/share/{doc,man,locale,i18n,lintian} \
    "$work"/packages/usr/lib/*/gconv
  layer "$work" "$work/packages"
}

# add_image WORK NAME USER PORT ENTRYPOINT LAYER…
add_image() {
  local work=$1 name=$2 user=$3 port=$4 entrypoint=$5 config manifest digests=() layers=() digest
  shift 5
  for digest in "$@"; do
    digests+=("\"sha256:$digest\"")
    layers+=("$(descriptor "$work" application/vnd.oci.image.layer.v1.tar "$digest")}")
  done
  printf '{"created":"%s","architecture":"%s","os":"linux","config":{%s%s"Env":["PATH=%s"],"Entrypoint":[%s],' \
    "$IMAGES_CREATED" "$(dpkg --print-architecture)" \
    "$([[ $user == - ]] || printf '"User":"%s",' "$user")" \
    "$([[ $port == - ]] || printf '"ExposedPorts":{"%s/tcp":{}},' "$port")" \
    /usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$entrypoint" >"$work/config"
  printf '"Labels":{"org.opencontainers.image.title":"%s"}},"rootfs":{"type":"layers","diff_ids":[%s]}}' \
    "$name" "$(IFS=,; printf '%s' "${digests[*]}")" >>"$work/config"
  config=$(blob "$work" "$work/config")
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s},"layers":[%s]}' \
    "$(descriptor "$work" application/vnd.oci.image.config.v1+json "$config")" \
    "$(IFS=,; printf '%s' "${layers[*]}")" >"$work/manifest"
  manifest=$(blob "$work" "$work/manifest")
  printf '%s,"annotations":{"io.containerd.image.name":"%s","org.opencontainers.image.ref.name":"%s"}}\n' \
    "$(descriptor "$work" application/vnd.oci.image.manifest.v1+json "$manifest")" \
    "$name" "${name##*:}" >>"$work/manifests"
}

# An OCI descriptor, its closing brace left to the caller.
descriptor() {
  printf '{"mediaType":"%s","digest":"sha256:%s","size":%s' "$2" "$3" \
    "$(stat -c %s "$1/oci/blobs/sha256/$3")"
}
