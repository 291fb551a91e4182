/** What lanes wait for. */

export const WAIT_KINDS = ['join', 'sleep', 'queue', 'lock', 'semaphore', 'condition', 'worker'] as const;
/**
 * What a lane can wait for: `semaphore` is a permit of one, `condition` a notification, `worker` a free lane of the
 * pool for a job.
 */
export type WaitKind = (typeof WAIT_KINDS)[number];
