/** Which controls of the form a program ignores, judged from its text. */
import { IGNORABLE, type Ignorable } from './lesson.ts';

/** The member of the api that each control changes. */
const MEMBERS: Record<Ignorable, RegExp> = { jobs: /\bjobs\b/, seconds: /\brandom\b/, work: /\bwork\b/ };

/**
 * Returns the controls that do nothing: those whose member of the api the program never mentions. Without a `main` of
 * its own, all jobs are started.
 */
export function ignoredBy(program: string): Ignorable[] {
  const code = withoutText(program);
  const hasMain = /\bexport\s+(async\s+)?(function|const)\s+main\b/.test(code);
  return IGNORABLE.filter((control) => !MEMBERS[control].test(code) && (control !== 'jobs' || hasMain));
}

/** Returns a program without its comments, and with its strings emptied, but for what a template computes. */
function withoutText(program: string): string {
  return program
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/`(?:[^`\\]|\\.)*`/g, (text) =>
      [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, code]) => code).join(';'),
    )
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}
