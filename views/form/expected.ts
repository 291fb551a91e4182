/** How long a run will take: the total beside Run, a warning if a limit will cut it off, and the time of each mode. */
import { html } from 'hono/html';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import { swap } from '../page/html.ts';
import { headline } from '../run/headline.ts';

/** `inAll` as `about 12 s`; `family` is about a family of runs, or says why there can be none. Empty if unknown. */
export type Expected = {
  inAll: string;
  byMode: Partial<Record<Mode, string>>;
  warning: string;
  family: string;
};

/** Nothing is known. */
export const UNKNOWN: Expected = { inAll: '', byMode: {}, warning: '', family: '' };

/** Renders the total time. `isSwap`: for an answer of htmx, which replaces the one on the page. */
export function expectedInAll({ inAll }: Expected, isSwap = false) {
  return html`<span id="expected-all"${swap(isSwap, 'innerMorph')}>${inAll}</span>`;
}

/** Renders the warning of limits; empty if there is none. */
export function expectedWarning({ warning }: Expected, isSwap = false) {
  return html`<p id="expected-warning" role="status"${swap(isSwap, 'innerMorph')}>${headline(warning)}</p>`;
}

/** Renders the time of one mode; empty if it is not chosen. */
export function expectedIn(mode: Mode, { byMode }: Expected, isSwap = false) {
  return html`<span class="expected-mode" id="expected-${mode}"${swap(isSwap, 'innerMorph')}>${byMode[mode] ?? ''}</span>`;
}

/** Renders what `GET /expected` answers: the words about a family, and what goes to its own place. */
export function expectedParts(expected: Expected) {
  return html`${expected.family}${expectedInAll(expected, true)}${expectedWarning(expected, true)}${MODES.map((mode) => expectedIn(mode, expected, true))}`;
}
