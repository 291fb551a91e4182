/** A lesson, without its program. */
import type { ExpectedPass } from '../figures/expect.ts';
import type { Mode } from '../spec/modes.ts';
import type { Spec, SpecDefaults } from '../spec/spec.ts';

/** The groups of lessons, in teaching order. */
export const GROUPS = ['waiting', 'sharing', 'computing', 'trouble'] as const;
export type Group = (typeof GROUPS)[number];

/** Controls of the form that some programs ignore: the number of jobs, the range of seconds with its seed, the work. */
export const IGNORABLE = ['jobs', 'seconds', 'work'] as const;
export type Ignorable = (typeof IGNORABLE)[number];

/** Settings that a lesson may offer beside its own. */
type OfferedSettings = Partial<Pick<Spec, 'jobs' | 'minSeconds' | 'maxSeconds'>> & {
  everyRuntime?: true;
};

/** A prediction to make before pressing Run. */
export type Prediction = {
  question: string;
  /** Choices to pick one of. */
  choices: string[];
};

/** The default export of a `lesson.ts`. */
export type Lesson = {
  /** The group that the list of lessons shows it in. */
  group: Group;
  /** Position in the group. */
  order: number;
  /** Short: what the lesson is about. */
  title: string;
  /** A shorter one, for the strip of all lessons, if the title is too long there. */
  shortTitle?: string;
  /** The fields of the form that differ from the defaults. */
  settings: SpecDefaults;
  /** Other settings that the form offers with one click; `words` name them, as in "Use 1 to 10 s per job". */
  offer?: { words: string; settings: OfferedSettings };
  /**
   * Controls that do nothing here, because the program never uses them. The form hides them. Checked against the
   * program: see `ignoredBy`.
   */
  ignores?: Ignorable[];
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
