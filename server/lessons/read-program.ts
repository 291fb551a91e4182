/** Reads the text of a lesson's program. */
import fs from 'node:fs';

/** A file of a lesson that cannot be used: for who wrote it to mend. Its message is a line that begins with the file. */
export class LessonError extends Error {
  override name = 'LessonError';
}

/** The program in `file`, with the ends of lines that JavaScript itself takes them for, so that all count the same lines. */
export function readProgram(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8').replace(/\r\n?/g, '\n');
  } catch (cause) {
    throw new LessonError(`${file}: cannot be read, and every lesson's folder needs one.`, { cause });
  }
}
