/** What the scheduler and the lanes say to each other when they hand over the turn. */
import type { Answer, Ask, QueueState } from '../../protocol/asks.ts';
import type { Evidence } from '../../protocol/evidence.ts';
import type { JobOutcome } from '../../protocol/orders.ts';
import type { WaitKind } from '../../protocol/wait-kinds.ts';
import type { Access, SleepOf } from '../steps.ts';
import type { Party } from '../turns.ts';

/** A wait that is under way when nothing can continue. `holders`: who could end it by a release. */
export type OpenWait = Party & { for: WaitKind; on: string; holders: Party[] };

/** What a lane did since it was last given the turn, in order. */
export type Did =
  /** A request to the hub. */
  | { did: 'ask'; ask: Ask }
  /** An access that the lane made without asking, because nothing could come before, or was to. */
  | { did: 'access'; access: Access; line: number | undefined }
  /** Main opened a lane for a job, gave a lane its job, closed a lane. */
  | { did: 'open'; lane: number; name: string; daemon: boolean }
  | { did: 'run'; lane: number; job: number }
  | { did: 'close'; lane: number }
  /** A job ended; `closes`: and its lane with it. */
  | { did: 'end'; job: number; outcome: JobOutcome; closes: boolean }
  /** A lane of a pool has closed. */
  | { did: 'closed' }
  /** A job failed, or main did (null). */
  | { did: 'fail'; job: number | null; error: string }
  | { did: 'evidence'; evidence: Evidence }
  /** The program's check found something wrong. */
  | { did: 'check'; error: string }
  /** Main has ended, and everything that keeps the program alive. */
  | { did: 'main-end'; error: string | null }
  /** What was known of the time before its first access was not so. */
  | { did: 'differ' }
  /** On the event loop: what is left in the queue, as JSON. */
  | { did: 'queue'; messages: string[] };

/** A sleep or a timer that a lane waits for, and how long it is to last. `job` and `line` are those of a sleep. */
export type Sleep = { id: number; ms: number } & Partial<SleepOf>;

/** What a lane says when it gives the turn away. `sleeps`: the sleeps and timers that it waits for, oldest first. */
export type LaneReport = { did: Did[]; sleeps: Sleep[] } & (
  | { at: 'access'; access: Access; line: number | undefined }
  | { at: 'idle' }
  /** Main is about to run the program's check. */
  | { at: 'check' }
  /** It has answered a question. */
  | { at: 'waits'; waits: OpenWait[] }
  /** Its thread ends; with `isProcess`, it has killed the process that all lanes are in. */
  | { at: 'gone'; error: string; isProcess: boolean; job: number | null }
);

/** What main hears of a lane: its job has ended, unless null; `closed`: and the lane. */
export type EndedLane = { lane: number; outcome: JobOutcome | null; closed: boolean };

/** What the scheduler can say to a lane. */
type Said =
  /** Make the access that you wait for, and up to `more` further ones to the counter and the list. */
  | { do: 'go'; more: number }
  /**
   * A new schedule begins, with a job if there is one. `load`: number of the copy of the program to load. `go`: what the
   * lane does before its first access is known; make that access, too, and up to so many further ones.
   */
  | { do: 'begin'; name: string; load: number; job: number | null; go?: number }
  | { do: 'run'; job: number }
  | { do: 'answer'; answer: Answer }
  | { do: 'wake'; id: number }
  | { do: 'ended'; lanes: EndedLane[] }
  | { do: 'close' }
  /** Run the check, with what all lanes have passed on for it. */
  | { do: 'check'; evidence: Evidence[] }
  /** The schedule is over: leave whatever you are at. */
  | { do: 'abort' }
  | { do: 'waits' };

/** What the scheduler says when it gives the turn to a lane. `step`: how many steps have been taken, this one included. */
export type LaneOrder = { step: number; queue?: QueueState | undefined } & Said;
