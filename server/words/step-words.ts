/** The steps of one order in words: what each does, and the whole order. Pure. */
import type { Json } from '../protocol/json.ts';
import type { StepTaken } from '../timeline/steps-model.ts';
import { jobOrMain } from './english.ts';
import { isolated } from './isolated.ts';

/** Longest value that is shown. */
const MAX_VALUE = 24;

/** `job 0 reads 0`, `job 1 releases lock A`. */
export function stepWords(step: StepTaken): string {
  return `${partyOf(step)} ${doesWords(step)}`;
}

/** The job that took a step, or main. */
export function partyOf({ lane, job }: Pick<StepTaken, 'lane' | 'job'>): string {
  return job === undefined ? (lane === 0 ? 'main' : `lane ${lane}`) : jobOrMain({ job });
}

/** What a step does, as a verb: `reads 0`, `asks for lock A`. */
export function doesWords({ does, on, value }: Pick<StepTaken, 'does' | 'on' | 'value'>): string {
  const what = on === null ? '' : isolated(on);
  switch (does) {
    case 'read':
      return `reads ${short(value)}`;
    case 'write':
      return `writes ${short(value)}`;
    case 'add':
      return `adds to the counter: ${short(value)}`;
    case 'push':
      return `adds ${short(value)} to the list`;
    case 'put':
      return value === null ? 'asks for room in the queue' : `puts ${short(value)} into the queue`;
    case 'get':
      return value === null ? 'asks the queue for a message' : `takes ${short(value)} from the queue`;
    case 'acquire':
      return `asks for ${what}`;
    case 'release':
      return `releases ${what}`;
    case 'wait':
      return `waits for ${what}`;
    case 'notify':
      return `notifies ${what}`;
    case 'values':
      return 'reads the list';
    case 'size':
      return 'reads the size of the queue';
    case 'limit':
      return 'limits the queue';
    case 'resume':
      return `goes on after ${what}`;
    case 'unseen':
      return 'looks at what is shared';
  }
}

function short(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return isolated(text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text);
}
