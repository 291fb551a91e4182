/** The lessons of a server: the content of each folder, by group and in teaching order. */
import fs from 'node:fs';
import path from 'node:path';
import type { Claim } from '../words/claim.ts';
import { capital } from '../words/english.ts';
import { readClaim, readLesson } from './checked.ts';
import { GROUPS, type Lesson } from './lesson.ts';
import { readProgram, readPythonProgram } from './read-program.ts';

/**
 * A lesson with its name, the text of its program, that of its program in Python if there is one, and what it says of
 * its runs. `claimFile` is where that is read from, for threads, which no function can be passed to.
 */
export type CatalogueEntry = Lesson & {
  slug: string;
  program: string;
  python: string | null;
  claim: Claim | null;
  claimFile: string | null;
};

/**
 * Reads the lessons of `folder`, each in a folder with a `program.ts`. A lesson without a `lesson.ts` has no texts.
 * Rejects with `LessonError` if a file cannot be used.
 */
export async function readCatalogue(folder: string): Promise<CatalogueEntry[]> {
  const folders = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const entries = await Promise.all(folders.map(({ name }) => readEntry(path.join(folder, name), name)));
  const groupOf = ({ group }: CatalogueEntry) => GROUPS.indexOf(group);
  return entries.sort((a, b) => groupOf(a) - groupOf(b) || a.order - b.order);
}

async function readEntry(folder: string, slug: string): Promise<CatalogueEntry> {
  const lesson = path.join(folder, 'lesson.ts');
  const program = readProgram(path.join(folder, 'program.ts'));
  const claim = path.join(folder, 'claim.ts');
  const claimFile = fs.existsSync(claim) ? claim : null;
  return {
    ...(fs.existsSync(lesson) ? await readLesson(lesson, program) : withoutTexts(slug)),
    slug,
    program,
    python: readPythonProgram(folder),
    claim: claimFile === null ? null : await readClaim(claimFile),
    claimFile,
  };
}

/** Its title is its slug, as words. */
function withoutTexts(slug: string): Lesson {
  return {
    group: 'trouble',
    order: Number.MAX_SAFE_INTEGER,
    title: capital(slug.replaceAll('-', ' ')),
    settings: {},
    prediction: { question: '', choices: [] },
    text: { lookFor: '', happened: '', javascript: '', inRealWork: '' },
  };
}
