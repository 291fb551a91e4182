/** Asks the server for hints about types while somebody writes. They never keep a program from being run. */
import type { Problem } from './problems.ts';

/** How long after the last key it asks, in ms. */
const REST_MS = 600;
/** How long an answer may take, in ms. */
const TIMEOUT_MS = 10_000;

/** Calls `show` with the hints for the latest text, and with null if the server has none to give. */
export class Hints {
  readonly #show: (hints: readonly Problem[] | null) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | null = null;

  constructor(show: (hints: readonly Problem[] | null) => void) {
    this.#show = show;
  }

  /** Asks for the hints of `text`, unless it is called again before. */
  ask(text: string, restMs = REST_MS): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#timer = setTimeout(() => this.#ask(text), restMs);
  }

  /** Shows none, until it is called again. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#show(null);
  }

  async #ask(text: string): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    const { base = '' } = document.documentElement.dataset;
    const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const body = new URLSearchParams({ code: text });
    try {
      const answer = await fetch(`${base}/hints`, { method: 'POST', body, signal });
      const retrySeconds = Number(answer.headers.get('Retry-After'));
      const found: unknown = answer.ok ? await answer.json() : null;
      if (asking.signal.aborted) return;
      // The checker is busy.
      if (answer.status === 429 && retrySeconds > 0) return this.ask(text, retrySeconds * 1000);
      this.#show(Array.isArray(found) ? found.filter(isProblem) : null);
    } catch {
      if (!asking.signal.aborted) this.#show(null);
    }
  }
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'line' in value &&
    typeof value.line === 'number' &&
    'column' in value &&
    typeof value.column === 'number' &&
    'text' in value &&
    typeof value.text === 'string'
  );
}
