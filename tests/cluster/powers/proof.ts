/** The shape of a proof of a power: the rights of an account, where they lead, and what is done with its token. */
import type { Json } from "@plimsoll/core";

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** The API server, as the holder of a token sees it. */
export interface Holder {
  /** The account's name, which is that of its role too. */
  readonly name: string;
  readonly token: string;
  readonly ask: (
    method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE",
    path: string,
    body?: Json,
    headers?: { readonly [name: string]: string },
  ) => Promise<Reply>;
  /** Runs kubectl with the token; the exit code and what it printed. */
  readonly kubectl: (...words: readonly string[]) => Promise<{ readonly code: number; readonly out: string }>;
  /** Whom the API server takes the bearer for; empty: nobody. */
  readonly whoIs: (token: string, headers?: { readonly [name: string]: string }) => Promise<string>;
}

export interface PowerProof {
  readonly power: string;
  readonly rules: readonly Rule[];
  /** Given over the whole cluster; else in the namespace of the test. */
  readonly clusterWide?: true;
  /** Keys of vertices that it must lead to. */
  readonly to: readonly string[];
  readonly by: string;
  readonly attempt: (holder: Holder) => Promise<boolean>;
}
