/** A lesson, without its program. */
import type { ExpectedPass } from '../figures/expect.ts';
import type { Mode } from '../spec/modes.ts';
import type { Spec } from '../spec/spec.ts';

/** A prediction to make before pressing Run. */
export type Prediction = {
  question: string;
  /** Choices to pick one of. */
  choices: string[];
};

/** The default export of a `lesson.ts`. */
export type Lesson = {
  /** Position in the list of lessons. */
  order: number;
  /** Short: what the lesson is about. */
  title: string;
  /** The fields of the form that differ from the defaults. */
  settings: Partial<Omit<Spec, 'lesson'>>;
  /** The default mode of a downloaded script, if the run has it: the one that shows the point. Else the run's last. */
  scriptMode?: Mode;
  /**
   * Returns about how many seconds a pass takes, for the scale of its timeline. Left out if each job works once, for
   * the seconds that it draws, and all of them at the same time if the mode allows it.
   */
  passSeconds?(plan: ExpectedPass): number;
  prediction: Prediction;
  /** Paragraphs in plain text. */
  text: {
    /** What to look for, in one or two sentences. */
    lookFor: string;
    /** What happened and why, for after the run. */
    happened: string;
    /** How JavaScript differs from Python here. */
    javascript: string;
    /** Where it matters in real work. */
    inRealWork: string;
  };
};
