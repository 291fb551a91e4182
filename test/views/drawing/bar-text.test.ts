/** The texts in the bars of a drawing, on pages whose width the server does not know. */
import { expect, it } from 'vitest';
import { passDrawing } from '../../../views/drawing/drawing.ts';
import { elements } from '../../markup.ts';
import { atOnce, run, timelineOf } from '../../timeline/made-events.ts';

const [pass = null] = timelineOf(
  run([{ mode: 'threads', jobs: atOnce(2, 100, 'lock'), wallMs: 100 }]),
).passes;

/** The class and the text of each bar’s texts, in an axis of so many times the length of the bars. */
function texts(times: number, width?: number): string[] {
  const options = { mode: 'threads', rows: 3, noun: 'job', spanMs: 100 * times, id: 'x' } as const;
  const svg = String(passDrawing(pass, { ...options, ...(width !== undefined && { width }) }));
  return elements(svg, 'text').flatMap(({ attributes: { class: kind = '' }, text }) =>
    kind.startsWith('bar-text on-lock') ? [`${kind.replace(/^bar-text on-lock ?/, '')} ${text}`.trim()] : [],
  );
}

it('passDrawing: a bar has a text for wide pages and a shorter one for narrow ones, if the first is cut there', () => {
  expect(new Set(texts(1))).toEqual(new Set(['waits for lock it']));
  expect(new Set(texts(2))).toEqual(new Set(['if-wide waits for lock it', 'if-narrow for lock it']));
  expect(new Set(texts(30))).toEqual(new Set(['if-wide 0', 'if-wide 1']));
  expect(new Set(texts(60))).toEqual(new Set([]));
  // The width of an image is known.
  expect(new Set(texts(2, 600))).toEqual(new Set(['waits for lock it']));
});
