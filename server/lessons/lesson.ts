/** What a lesson is made of, besides its program. */
import type { ExpectedPass } from '../figures/expect.ts';
import type { Mode } from '../spec/modes.ts';
import type { Spec } from '../spec/spec.ts';

/** A guess to make before pressing Run. */
export type Prediction = {
  question: string;
  /** Choices to pick one of. */
  choices: string[];
};

export type Lesson = {
  /** Place in the list of lessons. */
  order: number;
  /** Short: what the lesson is about. */
  title: string;
  /** The form's fields, where they differ from the defaults. */
  settings: Partial<Omit<Spec, 'lesson'>>;
  /** The mode that a script to take away begins in, if the run has it: where the point is seen. Else the run's last. */
  scriptMode?: Mode;
  /**
   * About how many seconds a pass takes, for the scale of its timeline; to be said where the jobs do not each work for
   * the seconds that they draw, once, all of them at the same time if they can.
   */
  passSeconds?(plan: ExpectedPass): number;
  prediction: Prediction;
  /** Paragraphs, in plain text. */
  text: {
    /** What to look for, in one or two sentences. */
    lookFor: string;
    /** What happened and why; to be read after the run. */
    happened: string;
    /** How JavaScript differs from Python here. */
    javascript: string;
    /** Where it bites in real work. */
    inRealWork: string;
  };
};
