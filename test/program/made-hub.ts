/** A hub for tests, with what it answers. */
import { expect } from 'vitest';
import { Hub } from '../../server/program/hub.ts';
import type { Question, QueueState } from '../../server/protocol/asks.ts';

/** A hub, and its answers in the order in which they came. */
export function newHub() {
  const states: QueueState[] = [];
  const hub = new Hub((state) => states.push(state));
  const answered: number[] = [];
  const got = new Map<number, string>();
  const ended = new Map<number, string | undefined>();
  let asked = 0;
  const ask = (lane: number, question: Question): number => {
    const id = ++asked;
    hub.ask(lane, { id, ...question }, (answer) => {
      expect(answered).not.toContain(answer.id);
      answered.push(answer.id);
      if (answer.message) got.set(answer.id, answer.message.id);
      ended.set(answer.id, answer.error ?? answer.by);
    });
    return id;
  };
  return {
    hub,
    states,
    answered,
    got,
    ended,
    ask,
    put: (lane: number, id: string) =>
      ask(lane, { what: 'put', job: lane, message: { id, json: JSON.stringify(id) } }),
    get: (lane: number) => ask(lane, { what: 'get', job: lane }),
    limit: (length: number) => ask(0, { what: 'limit', job: null, length }),
    acquire: (lane: number, lock = 'A', job: number | null = lane) =>
      ask(lane, { what: 'acquire', job, lock }),
    release: (lane: number, lock = 'A', job: number | null = lane) =>
      ask(lane, { what: 'release', job, lock }),
  };
}
