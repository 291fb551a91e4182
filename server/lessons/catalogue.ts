/** The lessons of a server: what each folder holds, in the order in which they are taught. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Lesson } from './lesson.ts';

/** A lesson with its name, the text of its program, and that of the program's twin in Python, if it has one. */
export type CatalogueEntry = Lesson & { slug: string; program: string; python: string | null };

/** Reads the lessons of `folder`, each a folder with a `program.ts`. One without a `lesson.ts` is a program and no more. */
export async function readCatalogue(folder: string): Promise<CatalogueEntry[]> {
  const folders = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const entries = await Promise.all(folders.map(({ name }) => readEntry(path.join(folder, name), name)));
  return entries.sort((a, b) => a.order - b.order);
}

async function readEntry(folder: string, slug: string): Promise<CatalogueEntry> {
  const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
  const has = (name: string) => fs.existsSync(path.join(folder, name));
  const lesson: Lesson = has('lesson.ts')
    ? (await import(pathToFileURL(path.join(folder, 'lesson.ts')).href)).default
    : untold(slug);
  const python = has('program.py') ? read('program.py') : null;
  return { ...lesson, slug, program: read('program.ts'), python };
}

function untold(title: string): Lesson {
  return {
    order: Number.MAX_SAFE_INTEGER,
    title,
    settings: {},
    prediction: { question: '', choices: [] },
    text: { lookFor: '', happened: '', javascript: '', inRealWork: '' },
  };
}
