import { describe, expect, it } from 'vitest';
import { card } from '../../server/exports/picture.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { apply, newTimeline } from '../../server/timeline/timeline.ts';
import { CARD } from '../../views/page/card.ts';
import { madeRun } from '../bench/made-run.ts';
import { elements } from '../markup.ts';

function timelineOf(lanes: number): RunTimeline {
  const timeline = newTimeline();
  for (const event of madeRun({ lanes, events: 20 * lanes, perSecond: 1000 })) apply(timeline, event);
  return timeline;
}

/** Measures a run's card: image pixels per drawing pixel, its height in drawing pixels, and the top of its legend. */
async function made(lanes: number) {
  const spec = {
    modes: ['threads' as const],
    jobs: lanes,
    workers: lanes,
    code: '',
    runtime: 'node' as const,
  };
  const svg = await card({
    timeline: timelineOf(lanes),
    spec,
    title: 'Made',
    claim: null,
    spanMs: 1,
    style: '',
  });
  const box = elements(svg, 'svg')[0]?.attributes.viewBox ?? '';
  const [, , width = 0, height = 0] = box.split(' ').map(Number);
  // The body is below the heading, and within it the legend is below the passes.
  const [body = 0, ...inner] = [...svg.matchAll(/<g transform="translate\(0 ([\d.]+)\)">/g)].map(([, y]) =>
    Number(y),
  );
  return { shape: width / height, scale: CARD.width / width, height, legendAt: body + Math.max(...inner) };
}

describe('card', () => {
  it.each([2, 12, 40, 100])('of %i lanes: shows all of it, and its text stays readable', async (lanes) => {
    const { shape, scale, height, legendAt } = await made(lanes);
    expect(shape).toBeCloseTo(CARD.width / CARD.height, 3);
    expect(legendAt).toBeLessThan(height - 15);
    // Text is 11 pixels high in the drawing.
    expect(11 * scale).toBeGreaterThan(8.4);
  });
});
