/** The steps of two orders side by side, with the first that they do not share marked. */
import { html } from 'hono/html';
import type { Comparison } from '../../server/figures/comparison.ts';
import { firstDifference } from '../../server/timeline/step-difference.ts';
import type { StepTaken } from '../../server/timeline/steps-model.ts';
import { laneClass } from '../../server/words/names.ts';
import { orderPair } from '../../server/words/order-comparison.ts';
import { doesWords, partyOf } from '../../server/words/step-words.ts';
import { withIsolates } from '../run/headline.ts';

/** Returns the first step, from 1, in which two orders differ; null if they are no two orders, or the same. */
export function differingStep(difference: Comparison): number | null {
  const pair = orderPair(difference);
  return pair && (firstDifference(...pair)?.step ?? null);
}

/** Renders the steps of both orders; nothing if the runs are no such pair. */
export function stepsTable(difference: Comparison) {
  const pair = orderPair(difference);
  if (pair === null) return null;
  const [a, b] = pair.map(({ steps }) => steps);
  const differs = differingStep(difference);
  const rows = Array.from({ length: Math.max(a?.length ?? 0, b?.length ?? 0) }, (_, i) => i);
  return html`<table class="compare-table steps-table">
<caption>Step by step</caption>
<thead><tr><th scope="col">Step</th><th scope="col">A</th><th scope="col">B</th></tr></thead>
<tbody>${rows.map(
    (i) => html`
<tr${i + 1 === differs ? html` class="is-first"` : null}><th scope="row"><a href="#range=${i}-${i + 1}">${i + 1}</a></th>${cell(a?.[i])}${cell(b?.[i])}</tr>`,
  )}</tbody>
</table>`;
}

function cell(step: StepTaken | undefined) {
  if (step === undefined) return html`<td>–</td>`;
  return html`<td><b class="${laneClass(step.lane)}">${partyOf(step)}</b> ${withIsolates(doesWords(step))}</td>`;
}
