/**
 * What the lanes of a pass hold now, below its timeline: the memory of each process, the queue, locks, semaphores and
 * conditions, and, for programs about them, the processes and how they ended. Pure: the server renders it, and the
 * page's script renders it again when it changes.
 */
import { html } from 'hono/html';
import { MODE_TRAITS, type Mode } from '../../server/spec/modes.ts';
import type { PassTimeline, Row } from '../../server/timeline/model.ts';
import type { Memory } from '../../server/timeline/state-model.ts';
import { inSeconds, jobOrMain } from '../../server/words/english.ts';
import {
  exitWords,
  isMissing,
  type LaneNoun,
  laneClass,
  laneName,
  parentWords,
} from '../../server/words/names.ts';
import { momentWords, unitOf } from '../../server/words/pass-times.ts';
import { count } from '../../server/words/units.ts';
import { counterItem } from './counter.ts';
import type { Use } from './uses.ts';

/**
 * `uses` lists what space is reserved for from the start; `lanes` is the expected number of lanes, and `noun` what
 * their names will be made of.
 */
type StateOptions = { mode: Mode; uses: readonly Use[]; lanes: number; noun: LaneNoun };

/** Largest number of list entries that are shown: the newest. */
const MAX_SHOWN = 12;

/** Renders the state; nothing if the program will never hold anything. */
export function passState(pass: PassTimeline | null, { mode, uses, lanes, noun }: StateOptions) {
  const state = pass?.state;
  const memories = memoriesOf(pass, mode, lanes);
  const hasList = uses.includes('list') || memories.some(({ list }) => list.length > 0);
  const hasCounter = uses.includes('counter') || (state?.accesses.length ?? 0) > 0;
  const hasQueue = uses.includes('queue') || (state?.messages.size ?? 0) > 0;
  const hasLock = uses.includes('lock') || (state?.locks.size ?? 0) > 0;
  const cutMs = pass?.cutMs ?? null;
  const hasSemaphore = uses.includes('semaphore') || (state?.semaphores.size ?? 0) > 0;
  const hasCondition = uses.includes('condition') || (state?.conditions.size ?? 0) > 0;
  const hasAny =
    hasList || hasCounter || hasQueue || hasLock || hasSemaphore || hasCondition || uses.includes('exit');
  return html`${cutMs !== null && hasAny ? html`<p class="quiet">As of ${pass?.order === 'schedule' ? momentWords(cutMs, 0, unitOf(pass)) : inSeconds(cutMs)}, where the log was cut.</p>` : null}${
    hasList || hasCounter
      ? html`<div class="memories${memories.length > 1 ? ' several' : ''}${hasList ? '' : ' small'}">${memories.map((memory) => memoryItem(pass, memory, noun, { hasList, hasCounter, isOne: memories.length === 1 }))}</div>`
      : null
  }${hasQueue ? queueItem(pass) : null}${hasLock ? locksItem(pass) : null}${hasSemaphore ? semaphoresItem(pass) : null}${hasCondition ? conditionsItem(pass) : null}${uses.includes('exit') ? processItems(pass, mode, lanes, noun) : null}`;
}

/** Returns the memories so far, or placeholders for the expected ones: a single one, or one per process. */
function memoriesOf(pass: PassTimeline | null, mode: Mode, lanes: number): Memory[] {
  const known = [...(pass?.state.memories.values() ?? [])].sort(
    (a, b) => (a.lanes[0] ?? 0) - (b.lanes[0] ?? 0),
  );
  const { lane: kind, sharesMemory } = MODE_TRAITS[mode];
  const count = sharesMemory ? 1 : lanes;
  const isNew = (lane: number) => !known.some((memory) => memory.lanes.includes(lane));
  const shared = kind === 'thread' ? Array.from({ length: lanes }, (_, lane) => lane) : [0];
  const coming = Array.from({ length: count }, (_, lane): Memory => {
    return { pid: -lane, lanes: sharesMemory ? shared : [lane], list: [], counter: 0 };
  });
  return [...known, ...coming.filter((memory) => isNew(memory.lanes[0] ?? 0))];
}

/** Renders a memory. A single one names its lanes at its end; each of several is labelled with its lane. */
function memoryItem(
  pass: PassTimeline | null,
  memory: Memory,
  noun: LaneNoun,
  { hasList, hasCounter, isOne }: { hasList: boolean; hasCounter: boolean; isOne: boolean },
) {
  const { lanes, list } = memory;
  return html`<div class="held"><span class="held-name">${isOne ? 'memory' : sharers(pass, lanes, noun)}</span>${hasList ? html`<span class="key">list</span>${chips(list, 'empty')}` : null}${hasCounter ? counterItem(pass, memory) : null}${isOne && lanes.length > 1 ? html`<span class="quiet">shared by ${sharers(pass, lanes, noun)}</span>` : null}</div>`;
}

/** Renders the lanes of a memory in their colours; of many consecutive lanes the first and the last. */
function sharers(pass: PassTimeline | null, lanes: number[], noun: LaneNoun) {
  const name = (lane: number) => html`<b class="${laneClass(lane)}">${laneName(pass, lane, noun)}</b>`;
  const [first = 0, ...others] = lanes.toSorted((a, b) => a - b);
  const last = others.at(-1);
  if (last === undefined) return name(first);
  if (others.length > 2) return html`${name(first)}, ${name(others[0] ?? 0)} to ${name(last)}`;
  return html`${name(first)}${others.map((lane) => html`, ${name(lane)}`)}`;
}

function queueItem(pass: PassTimeline | null) {
  const messages = pass?.state.messages;
  const waiting = [...(pass?.state.queue ?? [])].map((id) => messages?.get(id)?.value);
  const taken = [...(messages?.values() ?? [])].filter(({ received }) => received !== null).length;
  return html`<div class="held"><span class="held-name">queue</span>${chips(waiting, 'empty')}<span class="quiet">${messages?.size ?? 0} put in, ${taken} taken out</span></div>`;
}

function locksItem(pass: PassTimeline | null) {
  return namedItem('lock', lockNames(pass), (name) => lockWords(pass, name));
}

/** Renders things with names, each with its words. */
function namedItem(
  kind: 'lock' | 'semaphore' | 'condition',
  names: Iterable<string>,
  words: (name: string) => string,
) {
  const sorted = [...names].sort();
  return html`<div class="held"><span class="held-name">${sorted.length < 2 ? kind : `${kind}s`}</span><span class="chips names">${
    sorted.length === 0
      ? html`<span class="quiet">none used yet</span>`
      : sorted.map(
          (name) => html`<span class="${kind}-state"><b><bdi>${short(name)}</bdi></b> ${words(name)}</span>`,
        )
  }</span></div>`;
}

function semaphoresItem(pass: PassTimeline | null) {
  const semaphores = pass?.state.semaphores;
  return namedItem('semaphore', semaphores?.keys() ?? [], (name) => {
    const { permits = 0, holders = [] } = semaphores?.get(name) ?? {};
    const jobs = holders.length === 0 ? '' : `: ${holders.map(jobOrMain).join(', ')}`;
    return `${holders.length} of ${count(permits, 'permit')} taken${jobs}`;
  });
}

function conditionsItem(pass: PassTimeline | null) {
  const conditions = pass?.state.conditions;
  return namedItem('condition', conditions?.keys() ?? [], (name) => {
    const bars = pass?.rows.map(({ bars }) => bars.at(-1)) ?? [];
    const waiting = bars.flatMap((bar) =>
      bar?.state === 'condition' && bar.endMs === null && bar.on === name ? [jobOrMain(bar)] : [],
    );
    const lost = conditions?.get(name)?.lost.size ?? 0;
    const who =
      waiting.length === 0
        ? 'no job is waiting'
        : `${waiting.join(', ')} ${waiting.length === 1 ? 'is' : 'are'} waiting`;
    return lost === 0 ? who : `${who}; ${count(lost, 'notification')} lost`;
  });
}

/** Returns the locks that are held, or were ever waited for. */
function lockNames(pass: PassTimeline | null): Set<string> {
  const names = new Set(pass?.state.locks.keys());
  for (const { bars } of pass?.rows ?? [])
    for (const bar of bars) if (bar.state === 'lock' && bar.on !== null) names.add(bar.on);
  return names;
}

function lockWords(pass: PassTimeline | null, name: string): string {
  const holder = pass?.state.locks.get(name);
  return holder === undefined ? 'free' : `held by ${jobOrMain(holder)}`;
}

/** Renders the processes: one for all lanes, or one per lane with its parent, and the memory left at its end. */
function processItems(pass: PassTimeline | null, mode: Mode, lanes: number, noun: LaneNoun) {
  const rows = (pass?.rows ?? []).filter(({ slot }) => slot === null);
  const places = MODE_TRAITS[mode].lane === 'process' ? Math.max(lanes, rows.length) : 1;
  const others = rows.map(({ lane }) => lane);
  const items = Array.from({ length: places }, (_, lane) => {
    const row = rows.find((one) => one.lane === lane);
    // A thread that a script has started beside its processes.
    if (places > 1 && row?.kind === 'thread') return null;
    const owner = places === 1 ? 'process' : sharers(pass, [lane], noun);
    const shared =
      places === 1 && others.length > 1
        ? html`<span class="quiet">shared by ${sharers(pass, others, noun)}</span>`
        : null;
    return html`<div class="held"><span class="held-name">${owner}</span><span>${row && processWords(row)}</span>${shared}</div>`;
  });
  return html`<div class="memories processes${places > 1 ? ' several' : ''}">${items}</div>`;
}

/** Renders a process: `1236, child of the server, exited with 0`. The server starts those of all lanes, but of a script. */
function processWords(row: Row) {
  const parent = row.kind === 'process' ? `, child of ${parentWords(row)}` : '';
  const how = exitWords(row);
  if (isMissing(row)) return 'could not be started';
  return html`<b class="figure">${row.pid}</b>${parent}${how === null ? null : `, ${how}`}`;
}

function chips(values: unknown[], empty: string) {
  if (values.length === 0) return html`<span class="chips"><span class="quiet">${empty}</span></span>`;
  const left = values.length - MAX_SHOWN;
  return html`<span class="chips">${left > 0 ? html`<span class="quiet">${left} more,</span>` : null}${values.slice(-MAX_SHOWN).map((value) => html`<span class="chip"><bdi>${short(value)}</bdi></span>`)}</span>`;
}

/** Returns a value as JSON, truncated if it is long. */
function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > 18 ? `${text.slice(0, 17)}…` : text;
}
