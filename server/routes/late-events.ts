/** What readers of a run are told while its events cannot be saved, so that none come. */
import type { Log } from '../runs/log/log.ts';
import { lateEventsWords } from '../words/unavailable-words.ts';
import type { Playground } from './playground.ts';

/** How long events may be late before anybody is told, in ms: a backup may keep the database for a moment. */
const QUIET_MS = 1000;

/** Returns why no events of a run come, in a sentence; null if they do, or if all have come. */
export function lateEvents(log: Log, { storage }: Pick<Playground, 'storage'>): string | null {
  if (log.isEnded) return null;
  const unsavedMs = log.unsaved === null ? 0 : performance.now() - log.unsaved.since;
  const trouble = storage.trouble ?? log.unsaved?.trouble ?? null;
  if (trouble === null || Math.max(unsavedMs, storage.troubleMs) < QUIET_MS) return null;
  return lateEventsWords(trouble);
}
