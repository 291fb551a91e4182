/** A pass that is a search: logs what it finds, and executes each outcome's schedule again when it has ended. */
import type { Child } from '../../launch/child.ts';
import type { Ready } from '../../launch/ready.ts';
import type { PassSettings } from '../../protocol/orders.ts';
import type { SearchFact } from '../../protocol/search.ts';
import type { PassLog } from './pass-log.ts';
import type { PassOptions } from './pass-plan.ts';
import { addOutcome, type OutcomeFact, replayOutcomes } from './replayed-outcomes.ts';
import type { UsageMeter } from './usage.ts';

export class PassSearch {
  #plan: PassOptions;
  #ready: Ready;
  #log: PassLog;
  #usage: UsageMeter;
  #hasEnded = false;
  #outcomes: OutcomeFact[] = [];
  /** Ends the replays; null before they begin. */
  #replaying: AbortController | null = null;

  constructor(plan: PassOptions, ready: Ready, log: PassLog, usage: UsageMeter) {
    this.#plan = plan;
    this.#ready = ready;
    this.#log = log;
    this.#usage = usage;
  }

  /** Returns what the process of the pass is sent: of a search, only one thread works at a time. */
  async settingsFor(settings: PassSettings, child: Child): Promise<PassSettings> {
    const { order } = settings;
    if (order?.kind !== 'search') return settings;
    return { ...settings, order: { ...order, sharesCore: await child.shareCore() } };
  }

  /** Logs what the search has found. Nothing follows its end; in a pass that is no search, nothing is logged. */
  add(fact: SearchFact): void {
    if (this.#plan.settings.order?.kind !== 'search' || this.#hasEnded) return;
    if (fact.type === 'outcome' && !addOutcome(this.#outcomes, fact)) return;
    this.#hasEnded = fact.type === 'search-ended';
    this.#log.append(fact);
  }

  /** Ends the replays. Returns whether they had begun, so that the search itself has ended. */
  stop(): boolean {
    this.#replaying?.abort();
    return this.#replaying !== null;
  }

  /** Replays the outcomes, if the search has ended by itself. Resolves with whether it did. */
  async replay(): Promise<boolean> {
    if (!this.#hasEnded) return false;
    this.#replaying = new AbortController();
    await replayOutcomes(this.#outcomes, {
      ...this.#plan,
      ready: this.#ready,
      signal: this.#replaying.signal,
      usage: (pid, usage) => {
        this.#usage.measure(pid, usage);
        this.#plan.compute(this.#usage.takeComputed());
      },
      gone: (pid) => this.#usage.gone(pid),
      log: (fact) => this.#log.append(fact),
    });
    return true;
  }
}
