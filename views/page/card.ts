/** Size of a link card, in pixels, as the sites that show them ask for. */
export const CARD = { width: 1200, height: 630 };
