# shellcheck shell=bash
# Makes the cluster's certificates with openssl, laid out as kubeadm lays them, and the kubeconfigs.

make_pki() {
  step 'making certificates and kubeconfigs'
  mkdir -p "$PKI/etcd"
  chmod 700 "$PKI"
  make_ca ca kubernetes-ca
  make_ca etcd/ca etcd-ca
  make_ca front-proxy-ca front-proxy-ca
  make_cert ca apiserver /CN=kube-apiserver serverAuth "$(apiserver_names)"
  make_cert ca apiserver-kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth
  make_cert ca kubelet-server "/O=system:nodes/CN=system:node:$NODE_NAME" serverAuth \
    "DNS:$NODE_NAME,IP:$NODE_IP,IP:127.0.0.1"
  make_cert etcd/ca etcd/server /CN=etcd serverAuth,clientAuth 'DNS:localhost,IP:127.0.0.1'
  make_cert etcd/ca apiserver-etcd-client /CN=kube-apiserver-etcd-client clientAuth
  make_cert front-proxy-ca front-proxy-client /CN=front-proxy-client clientAuth
  openssl genrsa -out "$PKI/sa.key" 2048 2>/dev/null
  openssl rsa -in "$PKI/sa.key" -pubout -out "$PKI/sa.pub" 2>/dev/null
  make_user "$ADMIN_KUBECONFIG" admin /O=system:masters/CN=admin
  make_user "$LIMITED_KUBECONFIG" auditor /O=plimsoll:auditors/CN=auditor
  make_user "$STATE/kubelet.kubeconfig" kubelet "/O=system:nodes/CN=system:node:$NODE_NAME"
  make_user "$STATE/controller-manager.kubeconfig" controller-manager /CN=system:kube-controller-manager
  make_user "$STATE/scheduler.kubeconfig" scheduler /CN=system:kube-scheduler
  make_user "$STATE/kube-proxy.kubeconfig" kube-proxy /CN=system:kube-proxy
}

apiserver_names() {
  printf '%s' "DNS:$NODE_NAME,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,"
  printf '%s' "DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,"
  printf '%s' "IP:127.0.0.1,IP:$API_SERVICE_IP,IP:$NODE_IP"
}

# make_ca FILE NAME
make_ca() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -days 365 \
    -subj "/CN=$2" -addext keyUsage=critical,digitalSignature,keyCertSign \
    -keyout "$PKI/$1.key" -out "$PKI/$1.crt" 2>/dev/null || die "openssl could not make $1"
}

# make_cert CA FILE SUBJECT USAGE [NAMES]
make_cert() {
  local ca=$1 file=$2 subject=$3 usage=$4 names=${5:-}
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -subj "$subject" \
    -keyout "$PKI/$file.key" -out "$PKI/$file.csr" 2>/dev/null || die "openssl could not make $file"
  {
    printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n'
    printf 'extendedKeyUsage=%s\n' "$usage"
    if [[ -n $names ]]; then printf 'subjectAltName=%s\n' "$names"; fi
  } >"$PKI/$file.ext"
  openssl x509 -req -sha256 -days 365 -in "$PKI/$file.csr" -CA "$PKI/$ca.crt" -CAkey "$PKI/$ca.key" \
    -CAcreateserial -extfile "$PKI/$file.ext" -out "$PKI/$file.crt" 2>/dev/null ||
    die "openssl could not sign $file"
  rm "$PKI/$file.csr" "$PKI/$file.ext"
}

# make_user KUBECONFIG USER SUBJECT: certificate and key are inside the kubeconfig, so the file is enough.
make_user() {
  local file=$1 user=$2 subject=$3
  make_cert ca "$user" "$subject" clientAuth
  (
    umask 077
    cat >"$file" <<KUBECONFIG
apiVersion: v1
kind: Config
current-context: $user@plimsoll
clusters:
  - name: plimsoll
    cluster:
      server: https://127.0.0.1:$API_PORT
      certificate-authority-data: $(base64 -w0 "$PKI/ca.crt")
contexts:
  - name: $user@plimsoll
    context:
      cluster: plimsoll
      user: $user
users:
  - name: $user
    user:
      client-certificate-data: $(base64 -w0 "$PKI/$user.crt")
      client-key-data: $(base64 -w0 "$PKI/$user.key")
KUBECONFIG
  )
  rm "$PKI/$user.crt" "$PKI/$user.key"
}
