/** Names of files and folders in archives, made from text that anyone wrote. */

/** Most characters of a name: with the folders above it, a path stays within the 260 of Windows. */
const MOST = 60;

/** Names that Windows keeps for devices, with any ending. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;

/**
 * Returns `text` as the name of one file or folder on Linux, macOS and Windows: letters of any script, digits, `.`, `_`
 * and `-`; everything else becomes a dash. It never means another folder, is no device, and has no dot at its ends.
 */
export function fileName(text: string): string {
  const dashed = text
    .slice(0, 10 * MOST)
    .normalize('NFC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/[^\p{L}\p{M}\p{N}._]+/gu, '-')
    .replace(/\.*-[.-]*/g, '-')
    .replace(/\.{2,}/g, '.');
  const name = [...trimmed(dashed)].slice(0, MOST).join('');
  return DEVICE.test(name) ? `_${name}` : trimmed(name) || '_';
}

function trimmed(name: string): string {
  return name.replace(/^[.\p{M}-]+|[.-]+$/gu, '');
}
