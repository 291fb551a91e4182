/** What a link card says where its font cannot draw a text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawableIn } from '../../server/exports/drawable.ts';
import { card } from '../../server/exports/picture.ts';
import { drawable, rasterise } from '../../server/exports/rasterise.ts';
import { apply } from '../../server/timeline/timeline.ts';
import { elements } from '../markup.ts';
import {
  events,
  laneReady,
  laneStarted,
  passStarted,
  timelineOf,
  waitStarted,
} from '../timeline/made-events.ts';

/** As in the card's own font: letters, digits and what our sentences have. */
const CASES: [string, string][] = [
  ['Zoë, Привет, αβγ, Việt – “2 × 3” ≤ 6 → ✓', 'Zoë, Привет, αβγ, Việt – “2 × 3” ≤ 6 → ✓'],
  ['Sort 🙂 🎉fast', 'Sort ‹emoji›fast'],
  ['👩‍👩‍👧 🇩🇪 1️⃣ ok', '‹emoji› ok'],
  ['🙂'.repeat(300), '‹emoji›'],
  ['排序、算法', '‹Chinese›'],
  ['ソート 漢字', '‹Japanese›'],
  ['정렬 2', '‹Korean› 2'],
  ['\u2068שלום עולם\u2069, at 2 s', '‹Hebrew›, at 2 s'],
  ['مرحبا (שלום)', '‹Arabic› (‹Hebrew›)'],
  ['हिन्दी ไทย', '‹Devanagari› ‹Thai›'],
  ['e\u0301 and a\u0334', 'é and a‹mark›'],
  ['𝐇𝐢 ＡＢ', 'Hi AB'],
  ['a\u200db\u200fc\ufeff\u00ad', 'abc'],
  ['half \ud83d', 'half ‹symbol›'],
  ['‹ESC›[31m', '‹ESC›[31m'],
  ['two\n\tlines', 'two  lines'],
];

describe('drawable', () => {
  it.each(CASES)('drawable: %j is drawn as %j', (text, drawn) => expect(drawable(text)).toBe(drawn));

  it('drawable: whatever the text, only characters of the font are left', () => {
    const font = new Set(Array.from({ length: 0x5f }, (_, i) => 0x20 + i)).add(0x2039).add(0x203a);
    const ascii = drawableIn(font);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(ascii(text)).toMatch(/^[ -~‹›]*$/);
        expect(ascii(ascii(text))).toBe(ascii(text));
      }),
    );
  });
});

describe('card', () => {
  it('card: names what cannot be drawn in the title, the sentence and the bars; its own title keeps all', async () => {
    const timeline = timelineOf(
      events(0, [
        [0, passStarted('threads')],
        [0, laneStarted(0, 'threads')],
        [1, laneReady(0)],
        [2, waitStarted(0, null, 'lock', '锁 🙂')],
        [900, laneStarted(1, 'threads')],
      ]),
    );
    const [error, title] = ['Fehler 🙂 שגיאה', '排序 🎉'];
    const seq = timeline.seq + 1;
    apply(timeline, { seq, pass: null, atMs: 900, type: 'run-ended', status: 'failed', error });
    const spec = { modes: ['threads' as const], jobs: 1, workers: null, code: '', runtime: 'node' as const };
    const props = { timeline, spec, title, claim: null, spanMs: 900, style: '' };
    const svg = await card({ ...props, drawable });
    const texts = elements(svg, 'text').map(({ text }) => text);
    expect(texts.join('\n')).not.toMatch(/[^\x20-\x7e\n‹›·’]/);
    expect(texts[0]).toContain('Fehler ‹emoji› ‹Hebrew›');
    expect(texts[1]).toContain('‹Chinese› ‹emoji›');
    expect(texts).toContain('waits for lock ‹Chinese› ‹emoji›');
    expect(elements(svg, 'title')[0]?.text).toContain('שגיאה');
    expect(rasterise(svg, 1200).length).toBeGreaterThan(1000);
    // A picture for browsers, which have all fonts, has the text itself.
    expect(await card(props)).toContain('锁 🙂');
  });
});
