/** Who may act: a user, a group or a service account, in RBAC's sense. */
export type SubjectKind = "User" | "Group" | "ServiceAccount";

export interface Subject {
  readonly kind: SubjectKind;
  /** Only for service accounts; `""` otherwise. */
  readonly namespace: string;
  readonly name: string;
}

/** `ServiceAccount:shop/web`, `Group:system:authenticated`, `User:alice`. */
export function subjectKey(subject: Subject): string {
  return subject.kind === "ServiceAccount"
    ? `ServiceAccount:${subject.namespace}/${subject.name}`
    : `${subject.kind}:${subject.name}`;
}
