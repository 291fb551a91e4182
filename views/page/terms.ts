/**
 * The terms of the field: a definition of each in one plain line, the page that lists them, and links to it from texts.
 */
import { html } from 'hono/html';
import type { RunTimeline } from '../../server/timeline/model.ts';
import type { Html } from './html.ts';

/** `words` is a regular expression of the forms that occur in texts; `lesson` is the lesson that shows it best. */
type Term = { id: string; name: string; words: string; line: string; lesson?: string };

const TERMS: readonly Term[] = [
  {
    id: 'amdahls-law',
    name: 'Amdahl’s law',
    words: "Amdahl[’']s law",
    line: 'The part of the work that cannot be shared out limits the speed-up: if it is a tenth of the time, no number of workers makes it more than ten times as fast.',
    lesson: 'computing',
  },
  {
    id: 'backpressure',
    name: 'Backpressure',
    words: 'backpressure',
    line: 'A sender that is faster than its receiver has to wait, so that nothing piles up in between.',
    lesson: 'producer-consumer',
  },
  {
    id: 'condition',
    name: 'Condition',
    words: 'condition variables?',
    line: 'Something that jobs wait for with a lock until another job notifies them. A notification that comes while no job waits is lost, so each checks whether it still has to wait: first, and again whenever it is woken.',
    lesson: 'wait-notify',
  },
  {
    id: 'core',
    name: 'Core',
    words: 'cores?',
    line: 'The part of a processor that computes. As many threads as there are cores can compute at the same moment; more of them take turns.',
    lesson: 'computing',
  },
  {
    id: 'critical-path',
    name: 'Critical path',
    words: 'critical path',
    line: 'The chain of work and waits, each begun when the one before it ended, that made the whole take as long as it took.',
  },
  {
    id: 'daemon',
    name: 'Daemon',
    words: 'daemons?',
    line: 'A job that the program does not wait for: it is cut off when everything else has ended.',
    lesson: 'daemon',
  },
  {
    id: 'deadlock',
    name: 'Deadlock',
    words: 'deadlocks?',
    line: 'Each waits for something that another one holds, in a circle, so that none of them ever goes on.',
    lesson: 'deadlock',
  },
  {
    id: 'efficiency',
    name: 'Efficiency',
    words: 'efficiency',
    line: 'The speed-up for each core or worker: 1 if all of them were of full use, less if some had nothing to do.',
  },
  {
    id: 'event-loop',
    name: 'Event loop',
    words: 'event loops?',
    line: 'One thread that does many things by turns: while one waits, it goes on with the next that is ready.',
    lesson: 'event-loop-blocked',
  },
  {
    id: 'exit-code',
    name: 'Exit code',
    words: 'exit codes?',
    line: 'The number that a process leaves when it ends: 0 says that all went well.',
    lesson: 'processes',
  },
  {
    id: 'join',
    name: 'Join',
    words: 'join(?:s|ed|ing)?',
    line: 'To wait until a job has ended, and no more: it does not start it, stop it or hurry it.',
    lesson: 'join',
  },
  {
    id: 'lock',
    name: 'Lock',
    words: 'locks?|mutex',
    line: 'Something that only one job can hold at a time; who wants it meanwhile waits until it is let go.',
    lesson: 'lock',
  },
  {
    id: 'lost-update',
    name: 'Lost update, race',
    words: 'lost updates?|updates? (?:is|was|were) lost|race conditions?|races?',
    line: 'Two read the same value and both write it back changed: the second writes over the first. A race is any such case where the result depends on who comes first.',
    lesson: 'lost-update',
  },
  {
    id: 'pool',
    name: 'Pool',
    words: 'pools?',
    line: 'A fixed number of workers that take jobs from a queue, one after another.',
    lesson: 'pool',
  },
  {
    id: 'process',
    name: 'Process',
    words: '(?:child )?process(?:es)?',
    line: 'A program under way, with memory of its own that no other process sees.',
    lesson: 'processes',
  },
  {
    id: 'queue',
    name: 'Queue',
    words: 'queues?',
    line: 'A line of things on their way from one job to another: what was put first is got first.',
    lesson: 'queue',
  },
  {
    id: 'semaphore',
    name: 'Semaphore',
    words: 'semaphores?',
    line: 'A fixed number of permits. A job takes one and gives it back; while none is free, it waits. With one permit, it is like a lock.',
    lesson: 'semaphore',
  },
  {
    id: 'shared-memory',
    name: 'Shared memory',
    words: 'share[ds]? memory|the same memory',
    line: 'Memory that several threads read and write: what one of them writes there, the others see.',
    lesson: 'shared-memory',
  },
  {
    id: 'speed-up',
    name: 'Speed-up',
    words: 'speed-ups?',
    line: 'How many times as fast the work is done as by one worker, one job after another.',
    lesson: 'computing',
  },
  {
    id: 'spinning',
    name: 'Spinning',
    words: 'spin(?:s|ning)?|busy waiting',
    line: 'To wait for something by looking at it again and again. It keeps a core busy with nothing.',
    lesson: 'wait-notify',
  },
  {
    id: 'starvation',
    name: 'Starvation',
    words: 'starvation|starv(?:es?|ed|ing)',
    line: 'Work goes on, but one job never gets its turn, because others are always there first. A lock is fair if those that wait are served in order.',
    lesson: 'starvation',
  },
  {
    id: 'thread',
    name: 'Thread',
    words: 'threads?',
    line: 'One course of a program. A process can have several at once; they share its memory.',
    lesson: 'one-by-one',
  },
  {
    id: 'worker',
    name: 'Worker',
    words: 'workers?',
    line: 'A thread or a process that is there to do jobs.',
    lesson: 'pool',
  },
];

/** Matches whole words, not parts of a name in code: `multiprocessing.Queue`, `t.join()`. */
const WORDS = new RegExp(
  `(?<![\\w.'’-])(?:${TERMS.map(({ words }) => `(${words})`).join('|')})(?![\\w(-]|\\.\\w)`,
  'gi',
);

/** Returns the positions of terms in a text, in order. */
function placesIn(text: string): { term: Term; at: number; words: string }[] {
  return [...text.matchAll(WORDS)].flatMap((found) => {
    const term = TERMS.find((_, i) => found[i + 1] !== undefined);
    return term ? [{ term, at: found.index, words: found[0] }] : [];
  });
}

/** Returns the ids of the terms in a text. */
export function termsIn(text: string): Set<string> {
  return new Set(placesIn(text).map(({ term }) => term.id));
}

/**
 * Renders `text` with the first use of each term linked to its definition, except terms in `seen`; adds the linked
 * terms to `seen`. `base`: see `Site`.
 */
export function withTerms(text: string, base: string, seen = new Set<string>()): Html {
  const parts: (string | Html)[] = [];
  let from = 0;
  for (const { term, at, words } of placesIn(text)) {
    if (seen.has(term.id)) continue;
    seen.add(term.id);
    parts.push(text.slice(from, at), link(term, words, base));
    from = at + words.length;
  }
  parts.push(text.slice(from));
  return html`${parts}`;
}

/** Renders the terms in a run's sentence, which itself has no links; none before the run has ended. */
export function sentenceTerms({ state }: RunTimeline, sentence: string, base: string) {
  const ids = state === 'ended' ? termsIn(sentence) : new Set();
  const terms = TERMS.filter(({ id }) => ids.has(id));
  if (terms.length === 0) return html``;
  return html`Terms: ${terms.map((term, i) => html`${i > 0 ? ', ' : ''}${link(term, term.name.toLowerCase(), base)}`)}`;
}

function link({ id, line }: Term, words: string, base: string) {
  return html`<a class="term" href="${base}/terms#${id}" title="${line}">${words}</a>`;
}

/** Renders the main part of the page: all terms, each with an anchor. */
export function termList(base: string) {
  return html`<div class="reading">
<h1>Glossary</h1>
<dl class="terms">
${TERMS.map(
  ({
    id,
    name,
    line,
    lesson,
  }) => html`<div id="${id}"><dt>${name}</dt><dd>${line}${lesson === undefined ? null : html` <a href="${base}/lessons/${lesson}">See it happen</a>`}</dd></div>
`,
)}</dl>
</div>`;
}
