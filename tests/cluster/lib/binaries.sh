# shellcheck shell=bash
# Gets the programs a cluster is made of: Debian packages, and Kubernetes, etcd and CoreDNS from Go modules.

readonly GO_NEEDED=25 # Go 1.25, which k8s.io/kubernetes v1.35 asks for

install_packages() {
  local missing=() program package
  while read -r program package; do
    if ! command -v "$program" >/dev/null && [[ ! -x $program ]]; then missing+=("$package"); fi
  done <<'LIST'
containerd containerd
runc runc
/usr/lib/cni/bridge containernetworking-plugins
ip iproute2
nft nftables
iptables iptables
openssl openssl
nsenter util-linux
mount mount
gcc gcc
LIST
  if [[ ! -e /usr/include/stdio.h ]]; then missing+=(libc6-dev); fi
  if ((${#missing[@]} == 0)); then return; fi
  step "installing Debian packages: ${missing[*]}"
  mkdir -p "$CACHE"
  if ! { apt_quiet update && apt_quiet install --no-install-recommends -y "${missing[@]}"; }; then
    tail -n 20 "$CACHE/apt.log" >&2
    die 'apt-get could not install what the cluster needs'
  fi
}

apt_quiet() {
  DEBIAN_FRONTEND=noninteractive timeout 600 apt-get -q "$@" >"$CACHE/apt.log" 2>&1 </dev/null
}

# Prints the path of a Go new enough to build Kubernetes.
find_go() {
  local go minor
  for go in "$(command -v go || true)" /usr/local/go/bin/go /usr/lib/go/bin/go; do
    if [[ ! -x $go ]]; then continue; fi
    minor=$("$go" version | sed -n 's/.* go1\.\([0-9]*\).*/\1/p')
    if ((${minor:-0} >= GO_NEEDED)); then
      printf '%s\n' "$go"
      return
    fi
  done
  return 1
}

build_binaries() {
  local name
  for name in kube-apiserver kube-controller-manager kubelet kubectl kube-proxy kube-scheduler; do
    go_build kubernetes "k8s.io/kubernetes/cmd/$name" "$K8S_BIN/$name" "$(kubernetes_ldflags)"
  done
  go_build etcd go.etcd.io/etcd/server/v3 "$ETCD_BIN/etcd" '-s -w'
  go_build coredns . "$COREDNS_BIN/coredns" '-s -w'
}

kubernetes_ldflags() {
  local minor=${K8S_VERSION#v1.} package
  printf '%s' '-s -w'
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf ' -X %s.gitVersion=%s -X %s.gitMajor=1 -X %s.gitMinor=%s -X %s.gitTreeState=clean' \
      "$package" "$K8S_VERSION" "$package" "$package" "${minor%%.*}" "$package"
  done
}

# go_build MODULE PACKAGE TARGET LDFLAGS: into a temporary name first, so that a binary in the cache is
# always a whole one. The module's go.sum pins every byte that is compiled.
go_build() {
  local module=$1 package=$2 target=$3 ldflags=$4 go log
  if [[ -x $target ]]; then return; fi
  go=$(find_go) || die "building Kubernetes needs Go 1.$GO_NEEDED or newer on PATH or in /usr/local/go"
  step "building $(basename "$target") from Go modules (minutes, once)"
  mkdir -p "$(dirname "$target")"
  log=$target.log
  if ! (
    cd "$HERE/build/$module"
    export HOME=${HOME:-/root} CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS='' GOWORK=off
    timeout 2400 nice -n 10 "$go" build -p 2 -buildvcs=false -mod=readonly -trimpath -ldflags "$ldflags" \
      -o "$target.$$" "$package"
  ) >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$target.$$"
    die "$(basename "$target") does not build; the whole log is $log"
  fi
  mv "$target.$$" "$target"
  rm -f "$log"
}
