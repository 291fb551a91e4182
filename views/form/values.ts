/** The values of the form's fields. */
import type { Lesson } from '../../server/lessons/lesson.ts';
import type { SpecField } from '../../server/spec/spec.ts';

/** The values as text, as typed; `modes` lists the checked boxes. */
export type FormValues = Record<Exclude<SpecField, 'modes'>, string> & { modes: string[] };

/**
 * What the form needs of a lesson; `values` are its own. `isScript`: a cell of the notebook in place of a lesson, which
 * starts what it says, whatever modes are chosen.
 */
export type FormLesson = Pick<Lesson, 'ignores' | 'offer'> & {
  slug: string;
  values: FormValues;
  isScript?: true;
};
