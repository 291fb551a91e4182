/** What is around the editor: how the program differs from its lesson's, the buttons for that, and the text to read. */
import { count } from '../../server/words/units.ts';

/**
 * `lines`: how many lines differ from the lesson's program; null if that is not known. `isReset`: Reset was pressed, and
 * can be undone. `isCompared`: the differences are shown; null if they cannot be. `newer`: why the program is not that
 * of the run on the page, in a sentence; null if it is.
 */
type Standing = {
  lines: number | null;
  /** Whether it is a lesson's program that it is compared with; else it is the one that the page came with. */
  isOfLesson: boolean;
  isBlank: boolean;
  isReset: boolean;
  isCompared: boolean | null;
  newer: string | null;
};

/** Names the key of this system, and makes screen readers read out what is said. */
export function beginBar(root: HTMLElement): void {
  root.querySelector('.own-said')?.setAttribute('role', 'status');
  const mod = root.querySelector('kbd.mod');
  if (mod && /Mac|iP/.test(navigator.platform)) mod.textContent = '⌘';
}

/** Shows how the program stands, within `root`. */
export function showStanding(
  root: HTMLElement,
  { lines, isOfLesson, isBlank, isReset, isCompared, newer }: Standing,
): void {
  const state = root.querySelector('.own-state');
  if (state)
    state.textContent =
      isBlank && isOfLesson ? 'Empty: Run uses the lesson’s program.' : standingWords(lines, isOfLesson);
  const place = root.querySelector<HTMLElement>('.own-newer');
  if (place) {
    place.hidden = newer === null;
    if (newer !== null) place.textContent = newer;
  }
  const reset = root.querySelector<HTMLButtonElement>('.own-reset');
  if (reset) {
    reset.hidden = lines === 0 && !isReset;
    reset.textContent = isReset ? 'Undo reset' : 'Reset';
  }
  const compare = root.querySelector<HTMLButtonElement>('.own-compare');
  if (compare) {
    compare.hidden = isCompared === null || (lines === 0 && !isCompared);
    compare.setAttribute('aria-pressed', String(isCompared === true));
  }
}

function standingWords(lines: number | null, isOfLesson: boolean): string {
  if (lines === null) return '';
  if (!isOfLesson) return lines === 0 ? '' : `You have changed ${count(lines, 'line')}.`;
  return lines === 0 ? 'The lesson’s program.' : `Differs from the lesson in ${count(lines, 'line')}.`;
}

/** Says how many hints about types there are; null: that is not known. */
export function showHints(root: HTMLElement, hints: number | null): void {
  const place = root.querySelector('.own-types');
  if (!place) return;
  place.textContent = hints === null ? '' : hints === 0 ? 'Types OK.' : count(hints, 'type hint');
  if (!hints) return;
  const key = document.createElement('span');
  key.className = 'own-key';
  key.append(`: F8 ${hints === 1 ? 'goes to it' : 'goes to the next'}.`);
  place.append(key);
}

/** Shows a program to be read while the editor is closed; null removes it. */
export function showText(root: HTMLElement, text: string | null): void {
  root.querySelector('.own-text')?.remove();
  if (text === null) return;
  const shown = document.createElement('div');
  shown.className = 'own-text';
  const head = document.createElement('p');
  head.className = 'panel-head';
  const words = document.createElement('span');
  words.className = 'quiet';
  words.append('Your program, as you changed it.');
  head.append(words);
  const pre = document.createElement('pre');
  pre.tabIndex = 0;
  pre.role = 'group';
  pre.ariaLabel = 'Your program';
  const lines = text.replace(/\n$/, '').split('\n');
  for (const [i, line] of lines.entries()) {
    const one = document.createElement('span');
    one.className = 'line';
    one.dataset.line = String(i + 1);
    one.append(line);
    pre.append(one, '\n');
  }
  shown.append(head, pre);
  root.append(shown);
}
