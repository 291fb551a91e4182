/** Files that are dropped or pasted onto the editor. */

/** Longest file that is taken, in bytes: as much as a program may have. */
const MOST_BYTES = 64 * 1024;

/** Either the text of a file, or why it is not taken. */
export type FileText = { text: string } | { refused: string };

/** Returns the files of a drop or a paste; null if it has none, as when text is dragged. */
export function filesOf({ dataTransfer, clipboardData }: Partial<DragEvent & ClipboardEvent>): File[] | null {
  const files = [...((dataTransfer ?? clipboardData)?.files ?? [])];
  return files.length > 0 ? files : null;
}

/** Reads a program from files, of which there must be one. */
export async function readFile(files: readonly File[]): Promise<FileText> {
  const [file] = files;
  if (!file || files.length > 1) return { refused: 'Drop one file, not several.' };
  if (!/\.(ts|js|mts|mjs)$/i.test(file.name))
    return { refused: `“${file.name}” is not a program: drop a .ts or .js file.` };
  if (file.size > MOST_BYTES) {
    const kib = Math.ceil(file.size / 1024);
    return { refused: `“${file.name}” has ${kib} KiB. A program can have up to 64 KiB.` };
  }
  try {
    const bytes = await file.arrayBuffer();
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\0')) throw new TypeError('Not text.');
    return { text: text.replace(/\r\n?/g, '\n') };
  } catch {
    return { refused: `“${file.name}” could not be read as text.` };
  }
}
