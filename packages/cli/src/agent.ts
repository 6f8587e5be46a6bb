/** The agent, loaded only where it is needed: its native module may be missing. */
import { UserError } from "@plimsoll/core";

export async function loadAgent(): Promise<typeof import("@plimsoll/agent")> {
  try {
    return await import("@plimsoll/agent");
  } catch (cause) {
    if (!/koffi/.test(String((cause as Error).message))) throw cause;
    throw new UserError(
      "usage",
      "the native module that observing needs is not installed",
      "install it beside plimsoll: npm install koffi",
      { cause },
    );
  }
}
