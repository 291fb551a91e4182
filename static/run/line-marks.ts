/** What is marked at a line of the program: in the program that is only read, and in the editor. */

/**
 * `label`: what is at the line, `byMode`: in which mode, if the modes differ. `pressed`: null if the line is no button,
 * because nothing was seen there. `isCurrent`: Tab leads to it.
 */
export type LineMarks = {
  label: string;
  byMode: string | null;
  isAt: boolean;
  isChosen: boolean;
  pressed: boolean | null;
  isCurrent: boolean;
};
