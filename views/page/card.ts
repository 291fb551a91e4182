/** Size of a link card, in pixels, as link previews expect it. */
export const CARD = { width: 1200, height: 630 };
