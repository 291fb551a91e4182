/** The error of a run that cannot be started at the moment, for a reason of the server. */

/** Thrown if the server cannot do what was asked, and may be able to later. The message is a sentence for anybody. */
export class UnavailableError extends Error {
  /** When to try again, in seconds. */
  readonly retryAfterSeconds = 10;
}
