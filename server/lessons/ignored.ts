/** Which controls of the form a program ignores, judged from its text. */
import { IGNORABLE, type Ignorable } from './lesson.ts';

/** The member of the api that each control changes. */
const MEMBERS: Record<Ignorable, RegExp> = { jobs: /\bjobs\b/, seconds: /\brandom\b/, work: /\bwork\b/ };

/**
 * Returns the controls that do nothing: the program never mentions the member of the api that they change. Without a
 * `main` of its own, it runs all jobs, so their number matters.
 */
export function ignoredBy(program: string): Ignorable[] {
  const code = withoutText(program);
  const hasMain = /\bexport\s+(async\s+)?(function|const)\s+main\b/.test(code);
  return IGNORABLE.filter((control) => !MEMBERS[control].test(code) && (control !== 'jobs' || hasMain));
}

/** Returns a program without comments and the text of strings. Keeps the code inside templates. */
function withoutText(program: string): string {
  return program
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/`(?:[^`\\]|\\.)*`/g, (text) =>
      [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, code]) => code).join(';'),
    )
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}
