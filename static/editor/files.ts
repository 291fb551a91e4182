/** Files that are dropped or pasted onto the editor. */
import type { Language } from '../../server/spec/language.ts';

/** Longest file that is taken, in bytes: as much as a program may have. */
const MOST_BYTES = 64 * 1024;

/** Either the text of a file, or why it is not taken. */
type FileText = { text: string; language: Language } | { refused: string };

/**
 * Makes `element` take files that are dropped or pasted onto it: `take` gets the program, its language and the
 * name of its file, and `refuse` why a file is not taken.
 */
export function takeFiles(
  element: HTMLElement,
  take: (text: string, language: Language, name: string) => void,
  refuse: (words: string) => void,
): void {
  const read = async (event: DragEvent | ClipboardEvent) => {
    const { files } = ('dataTransfer' in event ? event.dataTransfer : event.clipboardData) ?? {};
    // Text is dragged or pasted as usual.
    if (files === undefined || files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const name = files[0]?.name ?? '';
    const found = await readFile([...files]);
    if ('refused' in found) refuse(found.refused);
    else take(found.text, found.language, name);
  };
  // Before the editor, which would insert any file as text.
  element.addEventListener('drop', read, { capture: true });
  element.addEventListener('paste', read, { capture: true });
  element.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
}

/** Reads a program from files, of which there must be one. */
async function readFile(files: readonly File[]): Promise<FileText> {
  const [file] = files;
  if (!file || files.length > 1) return { refused: 'Drop one file, not several.' };
  if (!/\.(ts|js|mts|mjs|py)$/i.test(file.name))
    return { refused: `“${file.name}” is not a program: drop a .ts, .js or .py file.` };
  if (file.size > MOST_BYTES) {
    const kib = Math.ceil(file.size / 1024);
    return { refused: `“${file.name}” has ${kib} KiB. A program can have up to 64 KiB.` };
  }
  try {
    const bytes = await file.arrayBuffer();
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\0')) throw new TypeError('Not text.');
    return { text: text.replace(/\r\n?/g, '\n'), language: /\.py$/i.test(file.name) ? 'py' : 'ts' };
  } catch {
    return { refused: `“${file.name}” could not be read as text.` };
  }
}
