/** The values of the form's fields. */
import type { SpecField } from '../../server/spec/spec.ts';

/** The values as text, as typed; `modes` lists the checked boxes. */
export type FormValues = Record<Exclude<SpecField, 'modes'>, string> & { modes: string[] };
