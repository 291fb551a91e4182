/** Reads the text of a lesson's program. */
import fs from 'node:fs';
import path from 'node:path';

/** A file of a lesson cannot be used. Each line of the message starts with the file. */
export class LessonError extends Error {
  override name = 'LessonError';
}

/** Reads the program in `file`. Normalises line ends to `\n`, so that line numbers agree everywhere. */
export function readProgram(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8').replace(/\r\n?/g, '\n');
  } catch (cause) {
    throw new LessonError(`${file}: cannot be read. Every lesson's folder needs this file.`, { cause });
  }
}

/** Returns the program in Python of the lesson in `folder`; null if it has none. */
export function readPythonProgram(folder: string): string | null {
  const file = path.join(folder, 'program.py');
  return fs.existsSync(file) ? readProgram(file) : null;
}
