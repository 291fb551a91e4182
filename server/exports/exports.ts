/**
 * The exports of a run, by what follows its id in their addresses. A new one is a row here, and a line in the page's list
 * (views/run/out.ts); the route and the tests of all exports take them from here.
 */
import { searchText } from '../../views/family/search-text.ts';
import { consoleText } from '../../views/run/console.ts';
import { nameOf } from '../lessons/own-program.ts';
import type { Spec } from '../spec/spec.ts';
import type { RunTimeline } from '../timeline/model.ts';
import { csvOf, spreadsheetOf } from './csv.ts';
import { traceOf } from './trace.ts';

/** What an export is made of: a run as it is now. */
export type Exported = {
  spec: Spec;
  /** Resolves with all of its events so far. */
  timeline(): Promise<RunTimeline>;
  /** Draws it, off the main thread. Rejects with `RenderingsBusyError` if too many drawings are waiting. */
  draw(kind: 'picture' | 'card'): Promise<string | Uint8Array<ArrayBuffer>>;
  /** The address of its page. */
  address: string;
  /** The reader's language (BCP 47), for a spreadsheet; null for a program. */
  spreadsheet: string | null;
};

type Export = {
  /** Its media type. */
  type: string;
  /** Whether browsers show it; they save the others. */
  isShown: boolean;
  /** Whether it has only what happened in lanes: a search for orders then has none. */
  isOfLanes: boolean;
  of(run: Exported): Promise<string | Uint8Array<ArrayBuffer>>;
};

const ROWS = {
  svg: {
    type: 'image/svg+xml; charset=utf-8',
    isShown: true,
    isOfLanes: false,
    of: ({ draw }) => draw('picture'),
  },
  png: { type: 'image/png', isShown: true, isOfLanes: false, of: ({ draw }) => draw('card') },
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    isShown: false,
    isOfLanes: true,
    async of({ timeline, spreadsheet }) {
      const all = await timeline();
      return spreadsheet === null ? csvOf(all) : spreadsheetOf(all, spreadsheet);
    },
  },
  txt: {
    type: 'text/plain; charset=utf-8',
    isShown: true,
    isOfLanes: false,
    async of({ timeline, spec }) {
      const all = await timeline();
      return spec.explore ? [searchText(all), consoleText(all)].filter(Boolean).join('\n') : consoleText(all);
    },
  },
  'trace.json': {
    type: 'application/json',
    isShown: false,
    isOfLanes: true,
    of: async ({ timeline, address, spec }) =>
      JSON.stringify(traceOf(await timeline(), { run: address, lesson: nameOf(spec) })),
  },
} satisfies Record<string, Export>;

/** What follows a run's id in the address of an export: `trace.json`. */
export type Ending = keyof typeof ROWS;
export const EXPORTS: Readonly<Record<Ending, Export>> = ROWS;
export const ENDINGS = Object.keys(ROWS) as readonly Ending[];
