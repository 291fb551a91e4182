/** Names that programs give to locks, semaphores and conditions. */

/**
 * Characters that a name may not contain: control characters, line breaks, and lone surrogates, which UTF-8 cannot
 * encode.
 */
const UNWRITABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Reports whether `name` can be the name of a lock, a semaphore or a condition: 1 to 100 characters, on one line. */
export function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name.length <= 100 && !UNWRITABLE.test(name);
}
