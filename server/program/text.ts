/** Reads texts with methods taken before the program loads, so that its lane can log and fail whatever it changes. */

const { call } = Function.prototype;
const indexOf: (text: string, part: string, from: number) => number = call.bind(''.indexOf);
const slice: (text: string, from: number, to?: number) => string = call.bind(''.slice);

/** Returns the first `length` characters of a text. */
export function beginningOf(text: string, length: number): string {
  return slice(text, 0, length);
}

/** Whether a text contains another. */
export function isIn(text: string, part: string): boolean {
  return indexOf(text, part, 0) >= 0;
}

/** Returns a text without the newline at its end. */
export function withoutNewline(text: string): string {
  const { length } = text;
  return text[length - 1] === '\n' ? slice(text, 0, length - 1) : text;
}

/** Calls `onLine` with each line of a text, without its newline, until that returns false. */
export function eachLine(text: string, onLine: (line: string) => boolean): void {
  let from = 0;
  for (let to = indexOf(text, '\n', from); to >= 0; to = indexOf(text, '\n', from)) {
    if (!onLine(slice(text, from, to))) return;
    from = to + 1;
  }
  onLine(slice(text, from));
}
