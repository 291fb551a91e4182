/** Executes a program that is data as the scheduler executes real ones, but without threads. */

import type { Effect, EffectOfStep } from '../../../server/program/explore/effects.ts';
import type {
  Choose,
  Execution,
  Executor,
  Option,
  Taken,
} from '../../../server/program/explore/execution.ts';
import type { OpenWait } from '../../../server/program/explore/messages.ts';
import { type Accessed, endingOf } from '../../../server/program/explore/outcome.ts';
import { Hub } from '../../../server/program/hub.ts';
import type { Access } from '../../../server/program/steps.ts';
import { type Answer, isUnanswered, type Question } from '../../../server/protocol/asks.ts';
import type { WaitKind } from '../../../server/protocol/wait-kinds.ts';
import { MAX_STEPS } from '../../../server/spec/schedule.ts';
import { type MadeProgram, type Op, opsOfMain, PERMITS } from './made-program.ts';

/** One function of a job. */
type Strand = { ops: readonly Op[]; at: number; seen: number; hasAccess: boolean };
type Said = { answer: Answer } | { begin: true } | { ended: number };
type Wait = { for: WaitKind; on: string };
type Lane = {
  job: number | null;
  left: number;
  ready: Strand[];
  access: Access | null;
  inbox: Said[];
  sleeps: Map<number, Strand>;
  slept: number;
  expects: number;
  isClosed: boolean;
  asked: number;
  /** Strands by the answer that they wait for. */
  waiting: Map<number, { strands: Strand[]; hear: (answer: Answer) => void; wait: Wait | null }>;
  held: Set<string>;
  permits: number;
  fixed: number | null;
};

/** An executor for a program. It counts its executions. */
export class Simulated implements Executor {
  readonly reloads = false;
  executions = 0;
  readonly #program: MadeProgram;

  constructor(program: MadeProgram) {
    this.#program = program;
  }

  async execute(choose: Choose): Promise<Execution> {
    this.executions++;
    return new OneSimulation(this.#program).run(choose);
  }
}

class OneSimulation {
  readonly taken: Taken[] = [];
  readonly effects: Effect[] = [];
  readonly accesses: Accessed[] = [];
  #failed: { job: number | null; error: string }[] = [];
  #lanes: Lane[] = [];
  #hub = new Hub(() => {});
  #program: MadeProgram;
  #counter = 0;
  #list: unknown[] = [];
  #messages = 0;
  #isOver = false;
  #joining = 0;
  #ended = new Set<number>();
  #isJoining = false;

  constructor(program: MadeProgram) {
    this.#program = program;
  }

  run(choose: Choose): Execution {
    const { main, limit } = this.#program;
    const own = this.#open(null);
    if (main) this.#begin(own, 0, [opsOfMain(main, limit)]);
    else {
      this.#startJobs();
      this.#isJoining = true;
    }
    let isCut = false;
    let stuck: OpenWait[] = [];
    for (let current: number | null = null; ; ) {
      this.#settle();
      if (this.#isOver) break;
      const options = this.#options();
      if (options.length === 0 && !main && own.inbox.length > 0) {
        for (const said of own.inbox.splice(0)) this.#tell(0, said);
        continue;
      }
      if (options.length === 0) {
        stuck = this.#waits();
        break;
      }
      if (this.taken.length >= MAX_STEPS) {
        isCut = true;
        break;
      }
      const chosen = choose(options, current, this.taken.length, this);
      const option = chosen === null ? undefined : options[chosen];
      if (chosen === null || !option) break;
      this.taken.push({ options, chosen });
      current = option.lane;
      this.#take(option);
    }
    const { taken, effects, accesses } = this;
    const left = { counter: this.#counter, list: this.#list, messages: this.#hub.messages };
    return {
      taken,
      effects,
      accesses,
      ending: endingOf({ accesses, failed: this.#failed, stuck, check: null, isCut, ...left }),
    };
  }

  #open(job: number | null): Lane {
    const lane: Lane = {
      job,
      left: 0,
      ready: [],
      access: null,
      inbox: [],
      sleeps: new Map(),
      slept: 0,
      expects: 0,
      isClosed: false,
      asked: 0,
      waiting: new Map(),
      held: new Set(),
      permits: 0,
      fixed: null,
    };
    this.#lanes.push(lane);
    return lane;
  }

  #startJobs(): void {
    for (let n = 0; n < this.#program.jobs.length; n++) {
      this.#open(n);
      const own = this.#lanes[0];
      if (own) own.expects++;
      this.#send(n + 1, { begin: true });
    }
  }

  #begin(lane: Lane, number: number, strands: readonly (readonly Op[])[]): void {
    lane.left = strands.length;
    lane.ready = strands.map((ops) => ({ ops, at: 0, seen: 0, hasAccess: false }));
    this.#run(lane, number);
  }

  #options(): Option[] {
    const options: Option[] = [];
    for (const [lane, state] of this.#lanes.entries()) {
      if (state.isClosed) continue;
      if (state.access) options.push({ lane, answer: 0, access: state.access, line: undefined });
      else if (lane > 0 || this.#program.main) {
        const waits = [...state.inbox.slice(0, 1).map(() => undefined), ...state.sleeps.keys()];
        for (const [answer, sleep] of waits.entries())
          options.push({ lane, answer, access: null, line: undefined, sleep });
      }
    }
    return options;
  }

  #settle(): void {
    for (let lane = 0; lane < this.#lanes.length && !this.#isOver; ) {
      const state = this.#lanes[lane];
      if (!state || state.access || state.isClosed || (lane === 0 && !this.#program.main)) lane++;
      else if (state.inbox.length > 0 && state.sleeps.size === 0) {
        const said = state.inbox.shift();
        if (said) this.#tell(lane, said);
        lane = 0;
      } else if (state.inbox.length === 0 && state.sleeps.size === 1 && state.expects === 0) {
        this.#wake(lane, state, [...state.sleeps.keys()][0] ?? 0);
        lane = 0;
      } else lane++;
    }
  }

  #take({ lane, access, sleep }: Option): void {
    const state = this.#lanes[lane];
    if (!state) return;
    if (access) {
      this.accesses.push({ lane, access });
      state.access = null;
      const [strand] = state.ready;
      if (strand) strand.hasAccess = true;
      this.#run(state, lane);
    } else if (sleep === undefined) {
      const said = state.inbox.shift();
      if (said) this.#tell(lane, said);
    } else this.#wake(lane, state, sleep);
  }

  #wake(lane: number, state: Lane, sleep: number): void {
    const strand = state.sleeps.get(sleep);
    state.sleeps.delete(sleep);
    if (strand) state.ready.push(strand);
    this.#run(state, lane);
  }

  #tell(lane: number, said: Said): void {
    const state = this.#lanes[lane];
    if (!state) return;
    if ('begin' in said) {
      this.#begin(state, lane, this.#program.jobs[lane - 1] ?? []);
      return;
    }
    state.expects--;
    if ('ended' in said) {
      this.#ended.add(said.ended);
      this.#join();
      return;
    }
    const { answer } = said;
    const waiting = state.waiting.get(answer.id);
    state.waiting.delete(answer.id);
    waiting?.hear(answer);
    state.ready.push(...(waiting?.strands ?? []));
    this.#run(state, lane);
  }

  #join(): void {
    if (!this.#isJoining) return;
    while (this.#ended.has(this.#joining)) this.#joining++;
    if (this.#joining < this.#program.jobs.length) return;
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    if (this.#program.main) this.#did({ did: 'end' });
  }

  /** Runs what is ready on a lane, up to an access. */
  #run(state: Lane, lane: number): void {
    for (let strand = state.ready[0]; strand; strand = state.ready[0]) {
      const op = strand.ops[strand.at];
      if (!op) {
        state.ready.shift();
        state.left--;
        if (state.left === 0) this.#finish(state, lane);
        continue;
      }
      const result = this.#step(state, lane, strand, op);
      if (result === 'access') return;
      if (result === 'waits') state.ready.shift();
      if (result === 'failed') {
        state.ready = [];
        if (lane === 0) this.#end();
        else this.#finish(state, lane);
        return;
      }
    }
  }

  #finish(state: Lane, lane: number): void {
    if (lane === 0) {
      this.#isJoining = true;
      this.#join();
      return;
    }
    state.isClosed = true;
    this.#did({ did: 'leave', lane });
    this.#hub.leave(lane);
    this.#send(0, { ended: lane - 1 }, null, this.#program.main === null);
  }

  /** Takes a step of a strand, or says why it cannot. */
  #step(state: Lane, lane: number, strand: Strand, op: Op): 'goes on' | 'access' | 'waits' | 'failed' {
    const { job } = state;
    const isMine = strand.hasAccess;
    const blocked = (what: Access['what'], on: string, lock?: string): boolean => {
      if (isMine) {
        strand.hasAccess = false;
        strand.at++;
        return false;
      }
      state.access = { what, on, job, ...(lock !== undefined && { with: lock }) };
      return true;
    };
    const fail = (error: string) => {
      this.#failed.push({ job, error });
      return 'failed' as const;
    };
    const waitFor = (question: Question, wait: Wait | null, hear: (answer: Answer) => void = () => {}) => {
      const id = ++state.asked;
      state.waiting.set(id, { strands: [strand], hear, wait });
      this.#ask(state, lane, id, question);
      return 'waits' as const;
    };
    switch (op.do) {
      case 'start':
        strand.at++;
        this.#startJobs();
        return 'goes on';
      case 'limit':
        if (blocked('limit', 'queue')) return 'access';
        this.#ask(state, lane, ++state.asked, { what: 'limit', job, length: op.length });
        return 'goes on';
      case 'read':
        if (blocked('read', 'counter')) return 'access';
        strand.seen = this.#counter;
        return 'goes on';
      case 'spin':
        if (blocked('read', 'counter')) return 'access';
        if (this.#counter === 0) strand.at--;
        return 'goes on';
      case 'write':
        if (blocked('write', 'counter')) return 'access';
        this.#counter = strand.seen + 1;
        return 'goes on';
      case 'add':
        if (blocked('add', 'counter')) return 'access';
        strand.seen = ++this.#counter;
        return 'goes on';
      case 'push':
        if (blocked('push', 'list')) return 'access';
        strand.seen = this.#list.push(job);
        return 'goes on';
      case 'values':
        if (blocked('values', 'list')) return 'access';
        strand.seen = this.#list.length;
        return 'goes on';
      case 'size':
        if (blocked('size', 'queue')) return 'access';
        strand.seen = this.#hub.state.size;
        return 'goes on';
      case 'put': {
        if (blocked('put', 'queue')) return 'access';
        const message = { id: `${++this.#messages}`, json: JSON.stringify(job) };
        const wait = { for: 'queue', on: 'room in the queue' } as const;
        return waitFor({ what: 'put', job, message }, this.#hub.state.limit === null ? null : wait);
      }
      case 'get':
        if (blocked('get', 'queue')) return 'access';
        return waitFor({ what: 'get', job }, { for: 'queue', on: 'a message' }, ({ message }) => {
          strand.seen = Number(JSON.parse(message?.json ?? '0') ?? 0);
        });
      case 'sleep':
        strand.at++;
        state.sleeps.set(++state.slept, strand);
        return 'waits';
      case 'fail':
        return fail('Error: Failed.');
      case 'skip':
        strand.at += 1 + (strand.seen % 2 === 0 ? 0 : op.count);
        return 'goes on';
      case 'take': {
        if (state.fixed === null) {
          state.fixed = state.asked + 1;
          return waitFor({ what: 'semaphore', job, semaphore: 's', permits: PERMITS }, null);
        }
        const fixing = state.waiting.get(state.fixed);
        if (fixing) {
          fixing.strands.push(strand);
          return 'waits';
        }
        if (blocked('take-permit', 'semaphore s')) return 'access';
        return waitFor({ what: 'take-permit', job, semaphore: 's' }, { for: 'semaphore', on: 's' }, () => {
          state.permits++;
        });
      }
      case 'give':
        if (!isMine && state.permits === 0) return fail(`Error: ${NO_PERMIT}`);
        if (blocked('give-permit', 'semaphore s')) return 'access';
        state.permits--;
        this.#ask(state, lane, ++state.asked, { what: 'give-permit', job, semaphore: 's', by: '' });
        return 'goes on';
      case 'acquire':
        if (blocked('acquire', `lock ${op.lock}`)) return 'access';
        return waitFor({ what: 'acquire', job, lock: op.lock }, { for: 'lock', on: op.lock }, () =>
          state.held.add(op.lock),
        );
      case 'release':
        if (!isMine && !state.held.delete(op.lock)) return fail(`Error: ${notHeld(op.lock)}`);
        if (blocked('release', `lock ${op.lock}`)) return 'access';
        this.#ask(state, lane, ++state.asked, { what: 'release', job, lock: op.lock });
        return 'goes on';
      case 'wait': {
        if (blocked('wait', 'condition c', `lock ${op.lock}`)) return 'access';
        state.held.delete(op.lock);
        const notified = ++state.asked;
        const id = ++state.asked;
        const waiting = {
          strands: [strand],
          hear: () => void state.held.add(op.lock),
          wait: null as Wait | null,
        };
        state.waiting.set(notified, {
          strands: [],
          hear: () => {
            waiting.wait = { for: 'lock', on: op.lock };
          },
          wait: { for: 'condition', on: 'c' },
        });
        state.waiting.set(id, waiting);
        this.#ask(state, lane, id, { what: 'wait', job, condition: 'c', lock: op.lock, notified });
        return 'waits';
      }
      case 'notify':
        if (blocked('notify', 'condition c')) return 'access';
        this.#ask(state, lane, ++state.asked, {
          what: 'notify',
          job,
          condition: 'c',
          all: op.all,
          by: '',
        });
        return 'goes on';
    }
  }

  #ask(state: Lane, lane: number, id: number, question: Question): void {
    const ask = { id, ...question };
    if (!isUnanswered(ask)) state.expects += ask.what === 'wait' ? 2 : 1;
    this.#did({ did: 'ask', lane, ask });
    this.#hub.ask(lane, ask, (answer) => this.#send(lane, { answer }, answer.id));
  }

  #send(to: number, said: Said, answer: number | null = null, isQuiet = false): void {
    this.#lanes[to]?.inbox.push(said);
    if (!isQuiet) this.#did({ did: 'send', to, answer });
  }

  #did(effect: EffectOfStep): void {
    this.effects.push({ at: this.taken.length, ...effect });
  }

  /** What lanes wait for when nothing can go on. */
  #waits(): OpenWait[] {
    const waits: OpenWait[] = [];
    for (const [lane, { job, waiting, isClosed }] of this.#lanes.entries()) {
      if (isClosed) continue;
      if (lane === 0 && this.#isJoining)
        waits.push({ lane, job, for: 'join', on: `job ${this.#joining}`, holders: [] });
      for (const { wait } of waiting.values())
        if (wait) waits.push({ lane, job, ...wait, holders: this.#hub.holdersOf(wait) });
    }
    return waits;
  }
}

const NO_PERMIT =
  'semaphore("s").release(): no permit is held here. Await its acquire() first, once for each release().';
const notHeld = (lock: string) =>
  `lock("${lock}").release(): the lock is not held here. Await its acquire() first.`;
