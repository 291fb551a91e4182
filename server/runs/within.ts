/** Waiting for a bounded time. */
import { setTimeout as pause } from 'node:timers/promises';

/** Resolves as `work` does, or with `otherwise` if that takes longer than `ms`. What it then comes to is ignored. */
export async function within<T, U>(work: Promise<T>, ms: number, otherwise: U): Promise<T | U> {
  const waiting = new AbortController();
  const late = pause(ms, otherwise, { signal: waiting.signal, ref: false }).catch(() => otherwise);
  try {
    return await Promise.race([work, late]);
  } finally {
    waiting.abort();
  }
}
