/** Entries of the notifiers' queue. */

export interface NewEntry {
  /** A notifier's id in the settings. */
  readonly channel: string;
  /** What makes two notices the same. */
  readonly dedup: string;
  readonly cluster: string;
  /** JSON; what the notifier is to send. */
  readonly body: unknown;
  /** Milliseconds since 1970; due at once where absent. */
  readonly notBefore?: number;
}

export interface Entry extends NewEntry {
  readonly id: number;
  /** This one included. */
  readonly attempts: number;
  readonly addedAt: number;
  readonly lastError?: string;
}
