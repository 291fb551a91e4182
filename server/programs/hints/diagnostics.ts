/** The errors that TypeScript reports, as its api sends them. */
import { z } from 'zod';

const DIAGNOSTIC = z.object({
  /** Where it begins and ends, in UTF-16 units. */
  pos: z.number().int().min(0),
  end: z.number().int().min(0),
  /** The number of the error. */
  code: z.number(),
  text: z.string(),
});

export type Diagnostic = z.infer<typeof DIAGNOSTIC>;

/** Most errors that are looked at; the first in the text come first. */
const MAX_ERRORS = 500;

/** Parses a response to a request for errors, which is null if there are none. */
export function parseDiagnostics(response: unknown): Diagnostic[] {
  const first = Array.isArray(response) ? response.slice(0, MAX_ERRORS) : response;
  return z.array(DIAGNOSTIC).nullish().parse(first) ?? [];
}
