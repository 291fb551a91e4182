/**
 * A run's place in the queue, as its readers receive it: a message of its own (routes/place-news.ts). It is not an
 * event and never stored, because it changes whenever another run comes or goes.
 */
export type Place = {
  /** Number of the pass that waits for its turn. */
  pass: number;
  /** Position in the queue, from 1. */
  position: number;
  /** For about how long it will still wait, in ms; null if that is unknown. */
  waitMs: number | null;
};

/** Returns the place that `text`, as JSON, describes; null if it describes none. */
export function parsePlace(text: string): Place | null {
  try {
    const found: unknown = JSON.parse(text);
    return isPlace(found) ? found : null;
  } catch {
    return null;
  }
}

function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null) return false;
  const { pass, position, waitMs }: Partial<Record<keyof Place, unknown>> = value;
  return (
    typeof pass === 'number' &&
    typeof position === 'number' &&
    (waitMs === null || typeof waitMs === 'number')
  );
}
