# shellcheck shell=bash
# The parts of the cluster, each with the flags it is started with and the proof that it works.

# render NAME TARGET: a file of config/ with its @NAMES@ filled in.
render() {
  local text name
  text=$(<"$HERE/config/$1")
  for name in STATE PKI POD_CIDR CGROUP PAUSE_IMAGE DNS_SERVICE_IP; do
    text=${text//@$name@/${!name}}
  done
  mkdir -p "$(dirname "$2")"
  printf '%s\n' "$text" >"$2"
}

start_etcd() {
  # The data is thrown away with the cluster: no fsync is worth its wait.
  start_part etcd "$ETCD_BIN/etcd" --name=plimsoll --data-dir="$STATE/etcd" --unsafe-no-fsync \
    --listen-client-urls=https://127.0.0.1:2379 --advertise-client-urls=https://127.0.0.1:2379 \
    --listen-peer-urls=http://127.0.0.1:2380 --listen-metrics-urls=http://127.0.0.1:2381 \
    --cert-file="$PKI/etcd/server.crt" --key-file="$PKI/etcd/server.key" \
    --client-cert-auth=true --trusted-ca-file="$PKI/etcd/ca.crt" \
    --logger=zap --log-level=warn
}

start_apiserver() {
  render audit-policy.yaml "$STATE/audit-policy.yaml"
  start_part kube-apiserver "$K8S_BIN/kube-apiserver" \
    --bind-address=0.0.0.0 --secure-port="$API_PORT" --advertise-address="$NODE_IP" \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true \
    --client-ca-file="$PKI/ca.crt" \
    --tls-cert-file="$PKI/apiserver.crt" --tls-private-key-file="$PKI/apiserver.key" \
    --etcd-servers=https://127.0.0.1:2379 --etcd-cafile="$PKI/etcd/ca.crt" \
    --etcd-certfile="$PKI/apiserver-etcd-client.crt" --etcd-keyfile="$PKI/apiserver-etcd-client.key" \
    --kubelet-client-certificate="$PKI/apiserver-kubelet-client.crt" \
    --kubelet-client-key="$PKI/apiserver-kubelet-client.key" \
    --kubelet-certificate-authority="$PKI/ca.crt" --kubelet-preferred-address-types=InternalIP \
    --service-cluster-ip-range="$SERVICE_CIDR" \
    --service-account-issuer=https://kubernetes.default.svc.cluster.local \
    --service-account-key-file="$PKI/sa.pub" --service-account-signing-key-file="$PKI/sa.key" \
    --requestheader-client-ca-file="$PKI/front-proxy-ca.crt" \
    --requestheader-allowed-names=front-proxy-client \
    --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
    --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --proxy-client-cert-file="$PKI/front-proxy-client.crt" \
    --proxy-client-key-file="$PKI/front-proxy-client.key" \
    --audit-policy-file="$STATE/audit-policy.yaml" --audit-log-path="$LOGS/audit.log" \
    --audit-log-maxsize=100 --audit-log-maxbackup=2
}

start_controller_manager() {
  local kubeconfig=$STATE/controller-manager.kubeconfig
  start_part kube-controller-manager "$K8S_BIN/kube-controller-manager" \
    --kubeconfig="$kubeconfig" --authentication-kubeconfig="$kubeconfig" \
    --authorization-kubeconfig="$kubeconfig" --bind-address=127.0.0.1 --leader-elect=false \
    --use-service-account-credentials=true --root-ca-file="$PKI/ca.crt" \
    --service-account-private-key-file="$PKI/sa.key" \
    --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key" \
    --client-ca-file="$PKI/ca.crt" --requestheader-client-ca-file="$PKI/front-proxy-ca.crt" \
    --allocate-node-cidrs=false --flex-volume-plugin-dir="$STATE/kubelet/volume-plugins"
}

start_scheduler() {
  local kubeconfig=$STATE/scheduler.kubeconfig
  start_part kube-scheduler "$K8S_BIN/kube-scheduler" \
    --kubeconfig="$kubeconfig" --authentication-kubeconfig="$kubeconfig" \
    --authorization-kubeconfig="$kubeconfig" --bind-address=127.0.0.1 --leader-elect=false
}

start_containerd() {
  render containerd.toml "$STATE/containerd/config.toml"
  render cni.conflist "$STATE/cni/net.d/10-plimsoll.conflist"
  start_part containerd containerd --config "$STATE/containerd/config.toml"
}

start_kubelet() {
  render kubelet.yaml "$STATE/kubelet/config.yaml"
  : >"$STATE/resolv.conf"
  start_part kubelet "$K8S_BIN/kubelet" --config="$STATE/kubelet/config.yaml" \
    --kubeconfig="$STATE/kubelet.kubeconfig" --root-dir="$STATE/kubelet" \
    --cert-dir="$STATE/kubelet/pki" --hostname-override="$NODE_NAME" --node-ip="$NODE_IP" \
    --node-labels=topology.kubernetes.io/zone=zone-a
}

start_kube_proxy() {
  start_part kube-proxy "$K8S_BIN/kube-proxy" --kubeconfig="$STATE/kube-proxy.kubeconfig" \
    --proxy-mode=nftables --cluster-cidr="$CLUSTER_CIDR" --hostname-override="$NODE_NAME" \
    --bind-address="$NODE_IP" --oom-score-adj=0 --conntrack-max-per-core=0 \
    --conntrack-tcp-timeout-established=0s --conntrack-tcp-timeout-close-wait=0s
}

ctr_k8s() {
  ctr --address "$CONTAINERD_SOCKET" --namespace k8s.io "$@"
}

import_images() {
  local archive
  wait_for 30 'containerd' ctr_k8s version
  archive=$(images_archive)
  step 'importing the images'
  ctr_k8s images import "$archive" >"$LOGS/images.log" 2>&1 ||
    die "containerd refuses the images: $(tail -n 3 "$LOGS/images.log")"
}

api_ready() {
  kubectl_admin get --raw /readyz
}

node_ready() {
  kubectl_admin get node "$NODE_NAME" \
    -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' | grep -qx True
}

apply_harness_manifests() {
  kubectl_admin apply -f "$HERE/manifests/auditor.yaml" -f "$HERE/manifests/coredns.yaml" >/dev/null
}

dns_ready() {
  kubectl_admin -n kube-system get deployment coredns -o 'jsonpath={.status.availableReplicas}' | grep -qx 1
}

# The controller manager could give the node another range than the one its CNI hands out, so it gives none.
set_pod_cidr() {
  kubectl_admin patch node "$NODE_NAME" --type=merge \
    -p "{\"spec\":{\"podCIDR\":\"$POD_CIDR\",\"podCIDRs\":[\"$POD_CIDR\"]}}" >/dev/null
}

# A Ready node may still be unable to run a pod, so one is run.
probe_pods() {
  step 'running a pod that calls the API server'
  wait_for 60 'default service account' kubectl_admin -n default get serviceaccount default
  kubectl_admin create -f "$HERE/manifests/probe.yaml" >/dev/null
  wait_for 60 'probe pod that ran' probe_ended
  if [[ $(probe_phase) != Succeeded ]]; then
    kubectl_admin -n default describe pod plimsoll-probe | tail -n 12 >&2 || true
    kubectl_admin -n default logs plimsoll-probe >&2 || true
    die 'the kubelet runs pods, but they do not reach the API server'
  fi
  kubectl_admin -n default delete pod plimsoll-probe --wait=false >/dev/null
}

probe_phase() {
  kubectl_admin -n default get pod plimsoll-probe -o 'jsonpath={.status.phase}'
}

probe_ended() {
  probe_phase | grep -qxE 'Succeeded|Failed'
}
