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
    line: 'The part of the work that cannot be split up limits the speed-up: if it takes a tenth of the time, no number of workers makes the whole more than ten times as fast.',
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
    id: 'concurrency',
    name: 'Concurrency',
    words: 'concurren(?:t|tly|cy)',
    line: 'Several jobs are under way at once. They need not run at the same moment: on the event loop, they take turns.',
    lesson: 'one-by-one',
  },
  {
    id: 'condition',
    name: 'Condition',
    words: 'condition variables?',
    line: 'Lets a job that holds a lock release it and wait until another job notifies it. A notification that comes while no job waits is lost, so a job checks whether it has to wait: first, and again each time it wakes up.',
    lesson: 'wait-notify',
  },
  {
    id: 'core',
    name: 'Core',
    words: 'cores?',
    line: 'The part of a processor that computes. As many threads as there are cores can compute at the same moment; further threads take turns.',
    lesson: 'computing',
  },
  {
    id: 'critical-path',
    name: 'Critical path',
    words: 'critical path',
    line: 'The chain of work and waits, each starting when the one before it ended, that decided how long the whole took.',
  },
  {
    id: 'daemon',
    name: 'Daemon',
    words: 'daemons?',
    line: 'A job that the program does not wait for: when everything else has ended, it is cut off.',
    lesson: 'daemon',
  },
  {
    id: 'deadlock',
    name: 'Deadlock',
    words: 'deadlocks?',
    line: 'A circle of waiting: each job waits for something that the next one holds, so none of them can ever continue.',
    lesson: 'deadlock',
  },
  {
    id: 'efficiency',
    name: 'Efficiency',
    words: 'efficiency',
    line: 'How close the speed-up came to the best possible, such as 4 times for 4 cores: 100% if nothing was left unused.',
  },
  {
    id: 'event-loop',
    name: 'Event loop',
    words: 'event loops?',
    line: 'One thread that does many things in turn: while one waits, it continues with the next that is ready.',
    lesson: 'event-loop-blocked',
  },
  {
    id: 'exit-code',
    name: 'Exit code',
    words: 'exit codes?',
    line: 'The number that a process leaves when it ends: 0 means that all went well.',
    lesson: 'processes',
  },
  {
    id: 'gil',
    name: 'Global interpreter lock (GIL)',
    words: 'global interpreter locks?|GIL',
    line: 'The lock in the usual builds of Python that lets only one thread of a process run Python code at a time. A thread releases it while it waits.',
    lesson: 'gil',
  },
  {
    id: 'invariant',
    name: 'Invariant',
    words: 'invariants?',
    line: 'Something that must be true in whatever order the jobs take their steps: “no update is lost”. A program’s function check says so at the end of each run, and throws if it is not.',
  },
  {
    id: 'job',
    name: 'Job',
    words: 'jobs?',
    line: 'One piece of work. Jobs are numbered from 0, and each is one call of the program’s function job.',
    lesson: 'one-by-one',
  },
  {
    id: 'join',
    name: 'Join',
    words: 'join(?:s|ed|ing)?',
    line: 'To wait until a job has ended, and nothing more: a join does not start the job, stop it or speed it up.',
    lesson: 'join',
  },
  {
    id: 'lane',
    name: 'Lane',
    words: 'lanes?',
    line: 'Something that executes code: main, a worker thread or a child process.',
    lesson: 'one-by-one',
  },
  {
    id: 'lock',
    name: 'Lock',
    words: 'locks?|mutex',
    line: 'Something that only one job can hold at a time; other jobs that want it wait until it is released.',
    lesson: 'lock',
  },
  {
    id: 'lost-update',
    name: 'Lost update, race',
    words: 'lost updates?|updates? (?:is|was|were) lost|race conditions?|races?',
    line: 'Two jobs read the same value and both write it back changed: the second write replaces the first. A race is any case where the result depends on which comes first.',
    lesson: 'lost-update',
  },
  {
    id: 'main',
    name: 'Main',
    words: 'main',
    line: 'The part of a program that runs first: it starts the jobs and waits for them.',
    lesson: 'join',
  },
  {
    id: 'parallelism',
    name: 'Parallelism',
    words: 'parallel(?:ism)?',
    line: 'Several jobs compute at the same moment, each on its own core. Threads and processes can; jobs on one event loop cannot.',
    lesson: 'computing',
  },
  {
    id: 'permit',
    name: 'Permit',
    words: 'permits?',
    line: 'What a semaphore hands out: a job must hold a permit to continue, and gives it back afterwards.',
    lesson: 'semaphore',
  },
  {
    id: 'pool',
    name: 'Pool',
    words: 'pools?',
    line: 'A fixed number of workers that take jobs from a queue, one after another.',
    lesson: 'pool',
  },
  {
    id: 'preemption',
    name: 'Preemption',
    words: 'preemptions?',
    line: 'Taking the turn from a job that could go on, and giving it to another one. The operating system does that to threads, between any two steps.',
    lesson: 'lost-update',
  },
  {
    id: 'process',
    name: 'Process',
    words: '(?:child )?process(?:es)?',
    line: 'A running program, with its own memory that no other process sees.',
    lesson: 'processes',
  },
  {
    id: 'queue',
    name: 'Queue',
    words: 'queues?',
    line: 'Holds messages on their way from one job to another: what was put first comes out first.',
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
    line: 'How many times as fast the work is done, compared with one worker that does one job after another.',
    lesson: 'computing',
  },
  {
    id: 'spinning',
    name: 'Spinning',
    words: 'spin(?:s|ning)?|busy[ -]waiting',
    line: 'Waiting by checking again and again in a loop. It keeps a core busy, and gets nothing done.',
    lesson: 'wait-notify',
  },
  {
    id: 'starvation',
    name: 'Starvation',
    words: 'starv(?:ation|es?|ed|ing)',
    line: 'A job could run but hardly ever gets its turn, because others keep coming first.',
    lesson: 'starvation',
  },
  {
    id: 'thread',
    name: 'Thread',
    words: 'threads?',
    line: 'One sequence of steps in a process. A process can run several threads at once, and they share its memory.',
    lesson: 'one-by-one',
  },
  {
    id: 'worker',
    name: 'Worker',
    words: 'workers?',
    line: 'A thread or process that is there to run jobs.',
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

/** Terms in nearly every run's sentence. Linked beside each, they would hide those that are new. */
const COMMON = ['job'];

/** Renders the terms in a run's sentence, which itself has no links; none before the run has ended. */
export function sentenceTerms({ state }: RunTimeline, sentence: string, base: string) {
  const ids = state === 'ended' ? termsIn(sentence) : new Set();
  const terms = TERMS.filter(({ id }) => ids.has(id) && !COMMON.includes(id));
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
