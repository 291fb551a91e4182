/** What the form's fields hold. */
import type { SpecField } from '../../server/spec/spec.ts';

/** What was typed, as text: `modes` are the boxes that are checked. */
export type FormValues = Record<Exclude<SpecField, 'modes'>, string> & { modes: string[] };
