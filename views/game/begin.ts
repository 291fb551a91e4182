/** The button that lets a reader be the scheduler of a program that a page shows, without its form. */
import { html } from 'hono/html';
import type { Spec } from '../../server/spec/spec.ts';

/** Renders a form of its own. `base`: see `Site`. */
export function beginGame(spec: Spec, base: string) {
  const { lesson, code, modes, runtime, jobs, workers, minSeconds, maxSeconds, work, seed } = spec;
  const sleepsInOrder = spec.sleepsInOrder ? 'true' : '';
  const times = { minSeconds, maxSeconds, work, seed, sleepsInOrder };
  const challenge = spec.challenge ?? '';
  const fields = { lesson, code, challenge, runtime, jobs, workers, ...times };
  return html`<form class="by-hand" method="post" action="${base}/games">
${modes.map((mode) => html`<input type="hidden" name="modes" value="${mode}">`)}${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value ?? ''}">`)}
<button type="submit">Be the scheduler</button> <span class="quiet">Choose the order of the steps yourself.</span></form>`;
}
