/** The page that replays the runs of a room without a server: unpacks the chosen run, and shows it. */
import '../page/language.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { timelineOfLines } from '../../server/timeline/timeline.ts';
import { type ReplayRun, replayPart } from '../../views/room/replay.ts';
import type { Source } from '../run/followed-run.ts';
import { RunView } from '../run/run-view.ts';

/** A run whose events are in the page. */
class OfflineRun extends RunView {
  events: RunEvent[] = [];

  protected override get source(): Source {
    return (_address, { onEvents, onEnd }) => {
      queueMicrotask(() => {
        onEvents(this.events);
        onEnd();
      });
      return () => {};
    };
  }
}
customElements.define('run-view', OfflineRun);

const runs = [...document.querySelectorAll('script.run')].map(
  (script) => JSON.parse(script.textContent ?? '') as ReplayRun,
);
const select = document.querySelector<HTMLSelectElement>('#replay-run');
const place = document.querySelector<HTMLElement>('#replay');

/** Returns the lines of a run's events. */
async function linesOf({ events }: ReplayRun): Promise<string[]> {
  const packed = Uint8Array.from(atob(events), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return (await new Response(stream).text()).split('\n').filter((line) => line !== '');
}

async function show(at: number): Promise<void> {
  const run = runs[at];
  if (!run || !select || !place) return;
  select.value = String(at);
  const lines = await linesOf(run);
  // Another one was chosen meanwhile.
  if (select.value !== String(at)) return;
  const timeline = timelineOfLines(lines);
  const view = new OfflineRun();
  view.events = lines.map((line) => JSON.parse(line) as RunEvent);
  Object.assign(view.dataset, {
    id: run.id,
    seq: String(timeline.seq),
    spanMs: String(run.spanMs),
    state: timeline.state,
  });
  view.innerHTML = String(await replayPart(run, timeline));
  if (location.hash !== '') history.replaceState(null, '', location.pathname);
  const isOther = place.childElementCount > 0;
  place.replaceChildren(view);
  // Not disabled: a button that has the focus would lose it.
  for (const [id, by] of WAYS) way(id)?.setAttribute('aria-disabled', String(runs[at + by] === undefined));
  const said = document.getElementById('replay-said');
  if (said && isOther) said.textContent = `${run.name}: ${run.title}. ${run.headline}`;
}

/** The buttons to the runs beside the one that is shown. */
const WAYS = [
  ['replay-before', -1],
  ['replay-after', 1],
] as const;
const way = (id: string) => document.getElementById(id);

for (const [i, { name, nth, title, made }] of runs.entries()) {
  const option = new Option(`${name}, run ${nth}: ${title} (${new Date(made).toLocaleString()})`, String(i));
  select?.append(option);
}
select?.addEventListener('change', () => show(Number(select.value)));
for (const [id, by] of WAYS) way(id)?.addEventListener('click', () => show(Number(select?.value) + by));
void show(0);
