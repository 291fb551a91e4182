/**
 * A program with its settings, as text that fits into a link: JSON, compressed (deflate), in base64url. Anybody can
 * write such a link, so nothing in it is taken before it was checked.
 */

/** A program, and the form's fields by name; fields that are missing stay as they are. */
export type PackedProgram = { code: string; fields: Record<string, string | string[]> };

/** Thrown for a text that is no packed program; the message is a sentence for the reader. */
export class PackedError extends Error {}

/** Longest text that is read, in characters, and longest content, in bytes: several times what a server takes. */
const MOST_CHARACTERS = 200_000;
const MOST_BYTES = 256 * 1024;
/** Longest value of a field, in characters. */
const FIELD_LENGTH = 100;

const DAMAGED =
  'The program in this link is damaged: a part is missing or was changed. Ask for the link again.';
const TOO_LONG = 'The program in this link is too long to be opened.';

/** Returns the text for a link. */
export async function pack({ code, fields }: PackedProgram): Promise<string> {
  const json = new Blob([JSON.stringify({ ...fields, code })]);
  const packed = json.stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Returns the program in a text of `pack`. Rejects with `PackedError` if there is none. */
export async function unpack(text: string): Promise<PackedProgram> {
  if (text.length > MOST_CHARACTERS) throw new PackedError(TOO_LONG);
  try {
    const bytes = await inflate(bytesOf(text));
    return programIn(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    throw error instanceof PackedError ? error : new PackedError(DAMAGED, { cause: error });
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Decompresses no more than may be read: a few bytes can stand for gigabytes. */
async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const all = new Uint8Array(MOST_BYTES);
  let length = 0;
  const reader = unpacked.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (length + next.value.length > MOST_BYTES) {
      reader.cancel().catch(() => {});
      throw new PackedError(TOO_LONG);
    }
    all.set(next.value, length);
    length += next.value.length;
  }
  return all.subarray(0, length);
}

function programIn(content: unknown): PackedProgram {
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new PackedError(DAMAGED);
  const { code, ...fields } = Object.fromEntries(Object.entries(content));
  if (typeof code !== 'string' || code.trim() === '') throw new PackedError(DAMAGED);
  return { code: code.replace(/\r\n?/g, '\n').toWellFormed(), fields: fieldsIn(fields) };
}

/** Returns the fields that have a text or a list of texts. */
function fieldsIn(fields: Record<string, unknown>): PackedProgram['fields'] {
  const isText = (value: unknown): value is string =>
    typeof value === 'string' && value.length <= FIELD_LENGTH;
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]): [string, string | string[]][] => {
      if (isText(value)) return [[name, value]];
      return Array.isArray(value) && value.length <= FIELD_LENGTH && value.every(isText)
        ? [[name, value]]
        : [];
    }),
  );
}
