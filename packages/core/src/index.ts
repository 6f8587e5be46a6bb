/** What the other packages may use of core. */
export * from "./model/json.ts";
export * from "./model/error.ts";
export * from "./model/credential.ts";
export { imagesByName, readImageName } from "./inventory/images.ts";
export { redactedArguments, redactedText } from "./model/redact.ts";
export * from "./model/resource.ts";
export * from "./model/workload.ts";
export * from "./model/subject.ts";
export * from "./model/image.ts";
export * from "./model/observation.ts";
export type { Peer as ObservedPeer } from "./model/observation.ts";
export * from "./model/detection.ts";
export * from "./model/evidence.ts";
export * from "./model/gap.ts";
export * from "./model/exception.ts";
export * from "./model/crown-jewel.ts";
export * from "./model/finding.ts";
export * from "./model/snapshot.ts";
export * from "./model/report.ts";
export * from "./model/change.ts";
export * from "./model/verdict.ts";
export * from "./inventory/inventory.ts";
export * from "./inventory/build.ts";
export * from "./inventory/path.ts";
export { locate } from "./inventory/spot.ts";
export * from "./inventory/podspec.ts";
export { admissionRecords, policyBindingKind, policyKind } from "./inventory/admission.ts";
export { groupOf, isNamespacedKind } from "./inventory/scope.ts";
export * from "./inventory/selector.ts";
export { placedMessage, unreadDocuments } from "./inventory/unread.ts";
export * from "./controls/annotation.ts";
export * from "./controls/control.ts";
export * from "./controls/framework.ts";
export * from "./formats/format.ts";
export { kindsNeeded, scan, type ScanOptions } from "./scan.ts";
export * from "./incremental.ts";
export { joinTurns } from "./incremental/turns.ts";
export * from "./diff.ts";
export * from "./controls/example.ts";
export * from "./controls/version.ts";
export * from "./controls/custom.ts";
export { apiResourceOf } from "./controls/policy/match.ts";
export { policyControls } from "./controls/policy/policy.ts";
export { kindsOf } from "./controls/places.ts";
export { faultOf } from "./controls/conditions.ts";
export { evaluate } from "./controls/evaluate.ts";
export * from "./remediation/patches/patch.ts";
export * from "./remediation/admission.ts";
export { createJudge, type Judge } from "./remediation/verdicts/judge.ts";
export { isProved, type Generated, type Proof } from "./remediation/generators/generated.ts";
export { networkPoliciesFor, type NetworkPolicyOptions } from "./remediation/generators/networkpolicy.ts";
export { rolesFor } from "./remediation/generators/role.ts";
export { seccompFor } from "./remediation/generators/seccomp.ts";
export { judgeConfirmed, judgeFollowed, recordOf } from "./remediation/followup/followup.ts";
export type {
  FieldRecord,
  Followed,
  FollowupOutcome,
  FollowupState,
  Sign,
} from "./remediation/followup/followed.ts";
export { isOfObject, judgeFollowedObject } from "./remediation/followup/followed-object.ts";
export { valuesAt } from "./remediation/followup/followed-pods.ts";
export { fieldsTouched } from "./remediation/followup/followed-fields.ts";
export { touchedBy, type Touched } from "./remediation/verdicts/touched.ts";
export { undoOf } from "./remediation/patches/undo.ts";
export { likelyStart, tracedStart } from "./remediation/generators/start-calls.ts";
export { planOf, type Plan, type PlanStep, type Stage, type StageId } from "./remediation/plan.ts";
export {
  locksFor,
  podSecurityPlan,
  type NamespacePlan,
  type PodSecurityLevel,
} from "./remediation/generators/psa.ts";
export { thresholds } from "./remediation/verdicts/gathered.ts";
export { fields } from "./remediation/fields/index.ts";
export type { Field, FieldExample } from "./remediation/fields/field.ts";
export {
  authorizer,
  type AccessQuestion,
  type Authorizer,
  type Holder,
  type Reason as AccessReason,
} from "./inventory/rbac/authorizer.ts";
export { rbacKinds } from "./inventory/rbac/bindings.ts";
export { rulesOf } from "./inventory/rbac/rule.ts";
export { connectivity, connectivityOf } from "./inventory/network/engine.ts";
export { connectivityKinds } from "./inventory/network/kinds/foreign.ts";
export type {
  Connectivity,
  Decision as ConnectionDecision,
  Peer,
  Port,
  Reason as ConnectionReason,
  Side,
} from "./inventory/network/connectivity.ts";
export {
  containerKey,
  detailKey,
  detectionKey,
  observationKey,
  placeKey,
  spread,
  watchKey,
} from "./evidence/behaviour.ts";
export * from "./evidence/merge.ts";
export * from "./evidence/more.ts";
export { covering } from "./evidence/interval.ts";
export * from "./evidence/sensor.ts";
export { createCorrelator, type Correlator } from "./evidence/correlate.ts";
export * from "./evidence/named.ts";
export { atLeast, enough, expectations, nothingExpected, type Expected } from "./evidence/expected.ts";
export { exposureKinds } from "./inventory/exposure.ts";
export { withGrave } from "./risk/poisoned.ts";
export { flawsIn, unlookedImages, withUse, type FlawUse } from "./risk/vulnerabilities.ts";
export { createLedgers, stateOf, type Ledgers } from "./evidence/ledger.ts";
export { coverageText, durationText, kindWords } from "./evidence/lack.ts";
export { matchesPattern } from "./evidence/collapse.ts";
export * from "./evidence/profile.ts";
export { createAnswers, type Answer, type Question } from "./evidence/answer.ts";
export * from "./evidence/rule.ts";
export * from "./evidence/detect.ts";
export { playedExample } from "./evidence/play.ts";
export { isCustomDetection, readDetection } from "./evidence/custom.ts";
export { learningTime } from "./evidence/learned.ts";
export { rungs, type Rung } from "./evidence/reachability.ts";
export { detailText } from "./evidence/tell.ts";
export { textsOf } from "./evidence/variable.ts";
export * from "./evidence/tally.ts";
export * from "./graph/edge.ts";
export { powers } from "./graph/powers/index.ts";
export * from "./graph/hosts.ts";
export { companies, containerVertex, listeningVertex, someContainer } from "./graph/containers.ts";
export * from "./graph/vertex.ts";
export type { Step, Break, Change as StepChange } from "./graph/step.ts";
export { declaredPorts } from "./inventory/admitted.ts";
export { attackGraph, type AttackGraph, type BuiltGraph } from "./graph/build.ts";
export { updateGraph } from "./graph/update.ts";
export { attackOf, attackOn, type Attack } from "./risk/attack.ts";
export { editsFor } from "./remediation/patches/edits.ts";
export { fixesFor } from "./remediation/patches/fixes.ts";
export type { GraphOptions } from "./graph/entries.ts";
export { connections } from "./graph/lateral.ts";
export { givenSteps } from "./graph/given.ts";
export { changedSnapshot } from "./graph/changed.ts";
export * from "./graph/reach-changes.ts";
export * from "./inventory/rbac/changes.ts";
