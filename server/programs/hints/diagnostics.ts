/** The errors that TypeScript reports, as its api sends them. */
import { z } from 'zod';

/** Parts of an error, or of what it refers to. */
const PLACE = z.object({
  fileName: z.string().optional(),
  /** Where it begins and ends, in UTF-16 units. */
  pos: z.number().int().min(0),
  end: z.number().int().min(0),
  text: z.string(),
});

/** A reason, which may have reasons of its own. */
const REASON = z.object({
  text: z.string(),
  get messageChain() {
    return z.array(REASON).optional();
  },
});
type Reason = z.infer<typeof REASON>;

const DIAGNOSTIC = PLACE.extend({
  /** The number of the error. */
  code: z.number(),
  /** What it is about elsewhere, such as the parameter that has no argument. */
  relatedInformation: z.array(PLACE).optional(),
  /** Its reasons. */
  messageChain: z.array(REASON).optional(),
});

export type Diagnostic = z.infer<typeof DIAGNOSTIC>;

/** Most errors that are looked at; the first in the text come first. */
const MAX_ERRORS = 500;

/** Parses a response to a request for errors, which is null if there are none. */
export function parseDiagnostics(response: unknown): Diagnostic[] {
  const first = Array.isArray(response) ? response.slice(0, MAX_ERRORS) : response;
  return z.array(DIAGNOSTIC).nullish().parse(first) ?? [];
}

/** Returns the texts of an error and of all its reasons. */
export function reasonsOf({ text, messageChain = [] }: Reason): string[] {
  return [text, ...messageChain.flatMap(reasonsOf)];
}
