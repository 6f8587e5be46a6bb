/** The SELinux types that the Pod Security Standards allow, as lists in CEL. */

export const selinuxTypesBefore31 = "['', 'container_t', 'container_init_t', 'container_kvm_t']";

/** Kubernetes 1.31 and newer. */
export const selinuxTypes =
  "['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']";
