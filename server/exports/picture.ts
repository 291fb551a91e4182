/**
 * A whole run as one self-contained SVG: its sentence, all passes on one time scale, and the legend. The same drawings
 * as on the page, with their own style and no script.
 */
import { html, raw } from 'hono/html';
import { passDrawing } from '../../views/drawing/drawing.ts';
import { axisMs, drawingHeight, expectedRows, rowHeight } from '../../views/drawing/geometry.ts';
import { drawnLooks, LOOKS, legendTotals, swatch } from '../../views/drawing/legend.ts';
import { patterns } from '../../views/drawing/patterns.ts';
import { CARD } from '../../views/page/card.ts';
import type { Spec } from '../spec/spec.ts';
import type { PassTimeline, RunTimeline } from '../timeline/model.ts';
import { thin } from '../timeline/thin.ts';
import { passOf } from '../timeline/timeline.ts';
import type { Claim } from '../words/claim.ts';
import { capital, inPass } from '../words/english.ts';
import { isolated } from '../words/isolated.ts';
import { lookWords } from '../words/looks.ts';
import { laneNoun } from '../words/names.ts';
import { outcomeLines } from '../words/outcome-words.ts';
import { commonUnit } from '../words/pass-times.ts';
import { passTime } from '../words/progress.ts';
import { sentence } from '../words/sentence.ts';
import { count } from '../words/units.ts';
import { wrapped } from './wrapped.ts';

/**
 * `title` and `claim` are the lesson's; `spanMs` is the time the run was planned for; `style` is embedded in the
 * picture. `drawable` returns what is drawn for a text, if not all fonts have all of its characters.
 */
type PictureProps = {
  timeline: RunTimeline;
  spec: Pick<Spec, 'modes' | 'jobs' | 'workers' | 'explore' | 'code' | 'runtime'>;
  title: string;
  claim: Claim | null;
  spanMs: number;
  style: string;
  drawable?: (text: string) => string;
};

/** How much larger the heading is on a card, which is shown small; and the smallest scale of everything else. */
const CARD_HEADING = 1.5;
const CARD_LEAST = 1 / 1.3;
/** Smallest row height on a card, in pixels of its drawing. */
const LOWEST_ROW = 1.5;

const WIDTH = 1000;
const MARGIN = 28;
const LINE = 28;
const PASS_HEAD = 22;
const PASS_GAP = 14;
const LEGEND_LINE = 22;
/** Height of an outcome of a search, and most that are drawn. */
const OUTCOME_LINE = 26;
const MOST_OUTCOMES = 10;
/** Width of a letter, in pixels, in the widest font that a reader is likely to have. */
const LETTER = { headline: 14.5, words: 7.8 };

/** Returns the picture of a run, as high as its lanes need. */
export async function picture(props: PictureProps): Promise<string> {
  const head = heading(props, WIDTH);
  const rest = body(props, { width: WIDTH, pixels: WIDTH, margin: MARGIN });
  return document(props.style, { width: WIDTH, height: head.height + rest.height + MARGIN }, head, rest);
}

/** Returns the link card of a run: its text stays readable, and rows are as low as needed to fit all of them. */
export async function card(props: PictureProps): Promise<string> {
  const head = heading(props, CARD.width / CARD_HEADING);
  const free = CARD.height - CARD_HEADING * (head.height + MARGIN / 2);
  const at = (scale: number, most?: number) =>
    body(props, {
      width: CARD.width * scale,
      pixels: CARD.width,
      margin: MARGIN * CARD_HEADING * scale,
      most,
    });
  const scaleOf = ({ height }: Part) => Math.max(0.6, height / free);
  // Row heights do not depend on the width, but the legend's line breaks do, so the scale is computed twice.
  let scale = scaleOf(at(scaleOf(at(1))));
  let most: number | undefined;
  if (scale > 1 / CARD_LEAST) {
    scale = 1 / CARD_LEAST;
    const fits = (high: number) => at(scale, high).height <= free * scale;
    most = 22;
    while (most > LOWEST_ROW && !fits(most)) most -= 0.25;
    scale = Math.max(scale, scaleOf(at(scale, most)));
  }
  const box = { width: CARD.width * scale, height: CARD.height * scale };
  return document(props.style, { ...CARD, box }, { ...head, scale: CARD_HEADING * scale }, at(scale, most));
}

/** `content` is rendered only after the size of the whole is known. */
type Part = { content: () => unknown; height: number; scale?: number };
type Size = { width: number; height: number; box?: { width: number; height: number } };

async function document(
  style: string,
  { width, height, box }: Size,
  head: Part,
  rest: Part,
): Promise<string> {
  const scale = head.scale ?? 1;
  const { width: w, height: h } = box ?? { width, height };
  const svg =
    await html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${round(w)} ${round(h)}">
<style>${raw(style)}</style>
<rect class="ground" width="100%" height="100%"/>
<g transform="scale(${round(scale)})">${head.content()}</g>
<g transform="translate(0 ${round(head.height * scale)})">${rest.content()}</g>
</svg>
`;
  return wellFormed(svg.toString());
}

/** Replaces characters that XML forbids, such as terminal escapes in an error's text. */
function wellFormed(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');
}

/** Lays out the sentence and what was run, in `width`. */
function heading({ timeline, spec, title, claim, drawable = asIs }: PictureProps, width: number): Part {
  const told = sentence(timeline, claim);
  const lines = wrapped(drawable(told), Math.floor((width - 2 * MARGIN) / LETTER.headline), 3);
  const what = `Concurrency Playground · ${isolated(title)} · ${count(spec.jobs, 'job')}`;
  const content = () => html`<title>${told}</title>
${lines.map(
  (line, i) => html`<text class="headline" x="${MARGIN}" y="${MARGIN + 20 + i * LINE}">${line}</text>
`,
)}<text class="words" x="${MARGIN}" y="${MARGIN + 16 + lines.length * LINE}">${wrapped(drawable(what), Math.floor((width - 2 * MARGIN) / LETTER.words), 1)}</text>`;
  return { content, height: MARGIN + lines.length * LINE + 40 };
}

const asIs = (text: string) => text;

/** `most` is the largest row height. */
type Room = { width: number; pixels: number; margin: number; most?: number | undefined };

/** Lays out the passes and the legend in `width`, less `margin` on both sides, to be shown on `pixels` pixels. */
function body(props: PictureProps, { width, pixels, margin, most = 22 }: Room): Part {
  const { timeline, spec, spanMs, drawable = asIs } = props;
  if (spec.explore) return outcomes(timeline, { width: width - 2 * margin, margin }, drawable);
  const isEnded = timeline.state === 'ended';
  const widthMs = axisMs(timeline, spanMs);
  let y = 0;
  const drawings = spec.modes.flatMap((mode, i) => {
    const pass = passOf(timeline, i);
    // In an ended run, omit passes that never began.
    if (pass === null && isEnded) return [];
    const rows = Math.max(pass?.rows.length ?? 0, isEnded ? 1 : expectedRows(mode, spec));
    const top = y;
    const high = Math.min(rowHeight(rows), most);
    y += PASS_HEAD + drawingHeight(rows, high) + PASS_GAP;
    const noun = laneNoun(mode, spec.workers !== null);
    const size = { rows, high, spanMs: widthMs, width: width - 2 * margin };
    const drawing = { mode, noun, id: `pass-${i}`, drawable, ...size };
    return [{ number: i, top, drawing }];
  });
  const looks = legend(timeline, width - 2 * margin);
  const content = () => {
    const thinned = thin(timeline.passes, widthMs / pixels);
    const passes = drawings.map(({ number, top, drawing }) =>
      onePass(passOf({ passes: thinned }, number), top, drawing),
    );
    return html`<g transform="translate(${round(margin)} 0)">${passes}<g transform="translate(0 ${y})">${looks.content()}</g></g>`;
  };
  return { content, height: y + looks.height };
}

/** Lays out the first outcomes of a search for orders, a line each: it has no lanes. */
function outcomes(
  timeline: RunTimeline,
  { width, margin }: { width: number; margin: number },
  drawable: (text: string) => string,
): Part {
  const lines = outcomeLines(timeline.passes, MOST_OUTCOMES);
  const content = () =>
    html`<g transform="translate(${round(margin)} 0)">${lines.map(
      (
        line,
        i,
      ) => html`<text class="words" x="0" y="${(i + 1) * OUTCOME_LINE - 8}">${wrapped(drawable(line), Math.floor(width / LETTER.words), 1)}</text>
`,
    )}</g>`;
  return { content, height: (lines.length + 1) * OUTCOME_LINE };
}

function onePass(pass: PassTimeline | null, top: number, drawing: Parameters<typeof passDrawing>[1]) {
  return html`<g transform="translate(0 ${top})"><text y="12"><tspan class="pass-name">${capital(inPass(pass ?? { mode: drawing.mode, rows: [] }))}</tspan><tspan class="pass-figure" dx="10">${passTime(pass)}</tspan></text>
<g transform="translate(0 ${PASS_HEAD})">${passDrawing(pass, drawing)}</g></g>
`;
}

/** Lays out the looks that occur and how long lanes were in each, in lines of `width`. */
function legend(timeline: RunTimeline, width: number): Part {
  const drawn = drawnLooks(timeline);
  const totals = legendTotals(timeline);
  const unit = commonUnit(timeline.passes);
  let x = 0;
  let y = 0;
  const items = LOOKS.filter((look) => drawn.has(look)).map((look) => {
    const total = totals.get(look);
    const words = total === undefined ? lookWords(look, unit) : `${lookWords(look, unit)} ${total}`;
    const room = 30 + words.length * LETTER.words + 16;
    if (x > 0 && x + room > width) {
      x = 0;
      y += LEGEND_LINE;
    }
    const at = x;
    x += room;
    return html`<g transform="translate(${round(at)} ${y})">${swatch(look)}<text class="words" x="30" y="10.5">${words}</text></g>
`;
  });
  return { content: () => html`${patterns('legend')}${items}`, height: y + LEGEND_LINE };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
