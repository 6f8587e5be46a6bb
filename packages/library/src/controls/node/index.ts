/** Every control about nodes and their kubelets, by id. */
import { containerRuntimeEndOfLife } from "./container-runtime-end-of-life.ts";
import { controlPlaneOpen } from "./control-plane-open.ts";
import { kubeProxyMetrics } from "./kube-proxy-metrics.ts";
import { kubeletAnonymousAuth } from "./kubelet-anonymous-auth.ts";
import { kubeletAuthorization } from "./kubelet-authorization.ts";
import { kubeletCertificate } from "./kubelet-certificate.ts";
import { kubeletCertificateRotation } from "./kubelet-certificate-rotation.ts";
import { kubeletCiphers } from "./kubelet-ciphers.ts";
import { kubeletClientAuthority } from "./kubelet-client-authority.ts";
import { kubeletEndOfLife } from "./kubelet-end-of-life.ts";
import { kubeletEventRate } from "./kubelet-event-rate.ts";
import { kubeletIptables } from "./kubelet-iptables.ts";
import { kubeletKernelDefaults } from "./kubelet-kernel-defaults.ts";
import { kubeletPodPids } from "./kubelet-pod-pids.ts";
import { kubeletReadOnlyPort } from "./kubelet-read-only-port.ts";
import { kubeletSeccompDefault } from "./kubelet-seccomp-default.ts";
import { kubeletServingRotation } from "./kubelet-serving-rotation.ts";
import { kubeletStreamingTimeout } from "./kubelet-streaming-timeout.ts";
import { kubeletVersionSkew } from "./kubelet-version-skew.ts";
import { operatingSystemEndOfLife } from "./operating-system-end-of-life.ts";
import { publicAddress } from "./public-address.ts";
import { runtimeSensor } from "./runtime-sensor.ts";

export const nodeControls = [
  containerRuntimeEndOfLife,
  controlPlaneOpen,
  kubeProxyMetrics,
  kubeletAnonymousAuth,
  kubeletAuthorization,
  kubeletCertificate,
  kubeletCertificateRotation,
  kubeletCiphers,
  kubeletClientAuthority,
  kubeletEndOfLife,
  kubeletEventRate,
  kubeletIptables,
  kubeletKernelDefaults,
  kubeletPodPids,
  kubeletReadOnlyPort,
  kubeletSeccompDefault,
  kubeletServingRotation,
  kubeletStreamingTimeout,
  kubeletVersionSkew,
  operatingSystemEndOfLife,
  publicAddress,
  runtimeSensor,
] as const;
