/** Text that a program wrote, made safe to show wherever it ends up: on a page, in a drawing, in a terminal. */

/** Characters that can be replaced, in the JSON of a text: escaped ones, and those that JSON leaves as they are. */
const SUSPECT = /\\u(?:00[01]|d[89a-f])|\\[bfr]|[\u007f-\u009f\u2028-\u202e\u2066-\u206f]/i;
const HIDDEN = /\r\n|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u206f]/g;

/** The characters below U+0020, by code. */
const NAMES =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

/** Reports whether a text in this JSON may be changed by `shownText`. */
export function mayHide(json: string): boolean {
  return SUSPECT.test(json);
}

/**
 * Returns `text` with visible characters instead of those that control a terminal (`‹ESC›`), break lines (`‹U+2028›`) or
 * turn the direction of what follows (`‹U+202E›`), and with `\n` line ends. Tabs stay, and so do the marks that Arabic and Hebrew need. Halves of
 * surrogate pairs become `\u{FFFD}`.
 */
export function shownText(text: string): string {
  return text.toWellFormed().replace(HIDDEN, (hidden) => {
    if (hidden === '\r\n') return '\n';
    const code = hidden.charCodeAt(0);
    return `‹${NAMES[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`}›`;
  });
}

/** Returns JSON with the characters that `shownText` replaces as escapes, so that a terminal shows them. */
export function shownJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u206f]/g,
    (hidden) => `\\u${hidden.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
