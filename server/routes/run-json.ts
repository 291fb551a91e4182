/** A run's headline and figures as JSON. */
import { searchesJson } from '../figures/search.ts';
import { type PassSummary, summarize } from '../figures/summary.ts';
import type { RunRecord } from '../runs/execution.ts';
import type { RunTimeline } from '../timeline/model.ts';
import { answerOf } from '../words/claim.ts';
import { searchesOf } from '../words/search-sentence.ts';
import { sentence } from '../words/sentence.ts';
import { shownJson } from '../words/shown-text.ts';
import { baseOf } from './address.ts';
import { lateEvents } from './late-events.ts';
import type { Playground } from './playground.ts';
import { entryOf } from './view.ts';

/** Returns the figures of a pass; of one order without times, which count steps there. */
function figuresOf(summary: PassSummary) {
  if (summary.order === undefined) return summary;
  const { mode, status, error, done, failed, cutOff, neverBegan, unknown, order } = summary;
  return { mode, status, error, done, failed, cutOff, neverBegan, unknown, order };
}

/** Returns the JSON of `/runs/:id.json`. `timeline` is that of the run. */
export function runJson(
  { id, createdAt, spec, log }: RunRecord,
  timeline: RunTimeline,
  playground: Playground,
) {
  const { state, status, error, place } = timeline;
  const claim = entryOf(playground.lessons, spec)?.claim ?? null;
  const body = {
    id,
    url: `${baseOf(playground.settings)}/runs/${id}`,
    createdAt,
    spec,
    state,
    status,
    error,
    position: place?.position ?? null,
    waitMs: place?.waitMs ?? null,
    headline: sentence(timeline, claim),
    answer: answerOf(timeline, claim),
    passes: summarize(timeline).map(figuresOf),
    ...(spec.explore && { searches: searchesJson(searchesOf(timeline.passes)) }),
    events: timeline.seq,
    late: lateEvents(log, playground),
  };
  return shownJson(JSON.stringify(body));
}
