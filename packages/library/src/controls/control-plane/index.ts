/** Every control about the API server, etcd and their companions, by id. */
import { admissionAlwaysAdmit } from "./admission-always-admit.ts";
import { admissionAlwaysPullImages } from "./admission-always-pull-images.ts";
import { admissionEventRateLimit } from "./admission-event-rate-limit.ts";
import { admissionExternalIps } from "./admission-external-ips.ts";
import { admissionNamespaceLifecycle } from "./admission-namespace-lifecycle.ts";
import { admissionNodeRestriction } from "./admission-node-restriction.ts";
import { admissionPodSecurity } from "./admission-pod-security.ts";
import { admissionServiceAccount } from "./admission-service-account.ts";
import { apiServerAccountKey } from "./api-server-account-key.ts";
import { apiServerAccountLookup } from "./api-server-account-lookup.ts";
import { apiServerAlwaysAllow } from "./api-server-always-allow.ts";
import { apiServerAnonymousAuth } from "./api-server-anonymous-auth.ts";
import { apiServerBootstrapTokens } from "./api-server-bootstrap-tokens.ts";
import { apiServerCiphers } from "./api-server-ciphers.ts";
import { apiServerClientAuthority } from "./api-server-client-authority.ts";
import { apiServerEtcdAuthority } from "./api-server-etcd-authority.ts";
import { apiServerEtcdCertificate } from "./api-server-etcd-certificate.ts";
import { apiServerEtcdPlain } from "./api-server-etcd-plain.ts";
import { apiServerInsecurePort } from "./api-server-insecure-port.ts";
import { apiServerKubeletAuthority } from "./api-server-kubelet-authority.ts";
import { apiServerKubeletCertificate } from "./api-server-kubelet-certificate.ts";
import { apiServerNodeAuthorization } from "./api-server-node-authorization.ts";
import { apiServerOpen } from "./api-server-open.ts";
import { apiServerProfiling } from "./api-server-profiling.ts";
import { apiServerRbac } from "./api-server-rbac.ts";
import { apiServerRequestTimeout } from "./api-server-request-timeout.ts";
import { apiServerSecurePort } from "./api-server-secure-port.ts";
import { apiServerTlsCertificate } from "./api-server-tls-certificate.ts";
import { apiServerTlsVersion } from "./api-server-tls-version.ts";
import { apiServerTokenAuthFile } from "./api-server-token-auth-file.ts";
import { apiServerTokenExtension } from "./api-server-token-extension.ts";
import { auditLog } from "./audit-log.ts";
import { auditLogAge } from "./audit-log-age.ts";
import { auditLogBackups } from "./audit-log-backups.ts";
import { auditLogSize } from "./audit-log-size.ts";
import { auditPolicy } from "./audit-policy.ts";
import { controllerManagerAccountCredentials } from "./controller-manager-account-credentials.ts";
import { controllerManagerAccountKey } from "./controller-manager-account-key.ts";
import { controllerManagerBindAddress } from "./controller-manager-bind-address.ts";
import { controllerManagerKubeletRotation } from "./controller-manager-kubelet-rotation.ts";
import { controllerManagerPodGc } from "./controller-manager-pod-gc.ts";
import { controllerManagerProfiling } from "./controller-manager-profiling.ts";
import { controllerManagerRootAuthority } from "./controller-manager-root-authority.ts";
import { encryptionAtRest } from "./encryption-at-rest.ts";
import { etcdAutoTls } from "./etcd-auto-tls.ts";
import { etcdCertificate } from "./etcd-certificate.ts";
import { etcdClientAuthentication } from "./etcd-client-authentication.ts";
import { etcdListensWidely } from "./etcd-listens-widely.ts";
import { etcdOwnAuthority } from "./etcd-own-authority.ts";
import { etcdPeerAuthentication } from "./etcd-peer-authentication.ts";
import { etcdPeerAutoTls } from "./etcd-peer-auto-tls.ts";
import { etcdPeerCertificate } from "./etcd-peer-certificate.ts";
import { kubernetesEndOfLife } from "./kubernetes-end-of-life.ts";
import { schedulerBindAddress } from "./scheduler-bind-address.ts";
import { schedulerProfiling } from "./scheduler-profiling.ts";

export const controlPlaneControls = [
  admissionAlwaysAdmit,
  admissionAlwaysPullImages,
  admissionEventRateLimit,
  admissionExternalIps,
  admissionNamespaceLifecycle,
  admissionNodeRestriction,
  admissionPodSecurity,
  admissionServiceAccount,
  apiServerAccountKey,
  apiServerAccountLookup,
  apiServerAlwaysAllow,
  apiServerAnonymousAuth,
  apiServerBootstrapTokens,
  apiServerCiphers,
  apiServerClientAuthority,
  apiServerEtcdAuthority,
  apiServerEtcdCertificate,
  apiServerEtcdPlain,
  apiServerInsecurePort,
  apiServerKubeletAuthority,
  apiServerKubeletCertificate,
  apiServerNodeAuthorization,
  apiServerOpen,
  apiServerProfiling,
  apiServerRbac,
  apiServerRequestTimeout,
  apiServerSecurePort,
  apiServerTlsCertificate,
  apiServerTlsVersion,
  apiServerTokenAuthFile,
  apiServerTokenExtension,
  auditLog,
  auditLogAge,
  auditLogBackups,
  auditLogSize,
  auditPolicy,
  controllerManagerAccountCredentials,
  controllerManagerAccountKey,
  controllerManagerBindAddress,
  controllerManagerKubeletRotation,
  controllerManagerPodGc,
  controllerManagerProfiling,
  controllerManagerRootAuthority,
  encryptionAtRest,
  etcdAutoTls,
  etcdCertificate,
  etcdClientAuthentication,
  etcdListensWidely,
  etcdOwnAuthority,
  etcdPeerAuthentication,
  etcdPeerAutoTls,
  etcdPeerCertificate,
  kubernetesEndOfLife,
  schedulerBindAddress,
  schedulerProfiling,
] as const;
