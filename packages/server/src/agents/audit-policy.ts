/** The API server's audit policy, where the settings name it: what its log leaves out, accounts may have asked for all the same. */
import { dataIn, type Disk } from "@plimsoll/cluster";
import { leftOutBy } from "@plimsoll/sensors";
import type { SourceSettings } from "../auth/sources.ts";
import { failureText } from "../log.ts";

export interface AuditPolicy {
  /** Whether the log that is sent tells of every request of an account. */
  readonly isWhole: () => Promise<boolean>;
  /** Why a policy that was shown is of no use, in one line; `undefined` where it is, and where none was shown. */
  readonly trouble: () => Promise<string | undefined>;
}

/** `settings`: of the source, as they are now. The policy is read anew each time: it may change. */
export function createAuditPolicy(
  disk: Pick<Disk, "read">,
  settings: () => SourceSettings[string],
): AuditPolicy {
  const trouble = async (): Promise<string | undefined> => {
    const named = settings()?.policyFile;
    if (named === undefined) return undefined;
    try {
      const [document] = dataIn(await disk.read(named), named, "bad-config");
      const why = leftOutBy(document?.value);
      return why === undefined ? undefined : `${named}: ${why}`;
    } catch (error) {
      return failureText(error);
    }
  };
  return {
    isWhole: async () => settings()?.policyFile !== undefined && (await trouble()) === undefined,
    trouble,
  };
}
