/**
 * Whether processes of each kind boot: by those that runs need, and by trying, after one has failed, when an executable
 * has changed, and now and then when somebody asks. Reports what is known without waiting for it.
 */
import fs from 'node:fs';
import type { Kind, Ready } from './ready.ts';

/** What is known of a kind: `working` and `failing` by the latest boots, `unknown` before the first. */
export type Fitness = 'working' | 'failing' | 'unknown';

/** From how many failures in a row on a kind is failing: a single one may be due to a busy machine. */
const MOST_FAILURES = 2;
/** Pauses before another attempt after each failure in a row, in ms; then the last again and again. */
const RETRY_MS = [100, 1000, 2000, 4000, 5000];
/** How long a look at the files holds, in ms. */
const LOOK_MS = 1000;
/** How long a boot that succeeded shows that others will, in ms, if nothing has changed. */
const FRESH_MS = 60_000;

type Known = {
  kind: Kind;
  failures: number;
  /** Why the latest boot failed. */
  error: unknown;
  bootedAt: number | null;
  /** The files that a boot needs, as of the latest; see `signatureOf`. */
  signature: string | null;
  /** The same as of the latest that succeeded. */
  workingSignature: string | null;
  /** The path of a file that is missing. */
  missing: string | null;
  lookedAt: number;
  /** Whether the operator has been told that it is failing. */
  isReported: boolean;
  checking: Promise<void> | null;
  timer: NodeJS.Timeout | null;
};

/** What the boots of a kind need. */
export type Needs = {
  /** Returns the files without which no process boots. Throws if one is not installed. */
  files(kind: Kind): readonly string[];
  /** Makes what it can of those that are missing. */
  restore(kind: Kind): Promise<void>;
};

/** Follows the boots of a `Ready`. */
export class Boots {
  #ready: Ready;
  #needs: Needs;
  #known: Known[];

  /** `kinds` are all that there are. */
  constructor(ready: Ready, kinds: readonly Kind[], needs: Needs) {
    this.#ready = ready;
    this.#needs = needs;
    this.#known = kinds.map((kind) => ({
      kind,
      failures: 0,
      error: null,
      bootedAt: null,
      signature: null,
      workingSignature: null,
      missing: null,
      lookedAt: Number.NEGATIVE_INFINITY,
      isReported: false,
      checking: null,
      timer: null,
    }));
    ready.onBoot = (kind, error) => this.#hear(kind, error);
    ready.closing.addEventListener('abort', () => {
      for (const { timer } of this.#known) if (timer) clearTimeout(timer);
    });
  }

  /** Returns what is known of a kind. */
  fitness(kind: Kind): Fitness {
    const known = this.#of(kind);
    if (known === null || known.missing !== null || known.failures >= MOST_FAILURES) return 'failing';
    return known.bootedAt === null ? 'unknown' : 'working';
  }

  /** Returns why a kind is failing, for the operator. */
  detail(kind: Kind): string {
    const known = this.#of(kind);
    if (known === null) return 'It is not installed.';
    if (known.missing !== null) return `${known.missing} is missing.`;
    return known.error instanceof Error ? messageOf(known.error) : String(known.error);
  }

  /** Looks whether the files of a kind are as they were at its latest boot; boots a process if they are not. */
  look(kind: Kind): void {
    const known = this.#of(kind);
    if (known === null || performance.now() - known.lookedAt < LOOK_MS) return;
    const { signature } = this.#inspect(known);
    if (known.missing === null && known.signature !== null && signature !== known.signature)
      this.#check(known);
  }

  /** Looks, and boots a process if none has booted for a while. */
  verify(kind: Kind): void {
    this.look(kind);
    const known = this.#of(kind);
    if (known === null || known.missing !== null || known.failures > 0) return;
    if (known.bootedAt === null || performance.now() - known.bootedAt > FRESH_MS) this.#check(known);
  }

  /** Looks, and resolves when no attempt is under way, at the latest after `maxMs`. */
  async settled(kind: Kind, maxMs: number): Promise<void> {
    this.look(kind);
    const checking = this.#of(kind)?.checking;
    if (!checking) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, maxMs);
    });
    await Promise.race([checking, late]);
    clearTimeout(timer);
  }

  #of({ runtime, isSandboxed }: Kind): Known | null {
    return (
      this.#known.find(({ kind }) => kind.runtime === runtime && kind.isSandboxed === isSandboxed) ?? null
    );
  }

  /** Looks at the files of a kind. */
  #inspect(known: Known): { signature: string } {
    known.lookedAt = performance.now();
    const { signature, missing } = signatureOf(this.#needs, known.kind);
    // It is back: there may be no signature to compare it with.
    if (known.missing !== null && missing === null) this.#retry(known, 0);
    known.missing = missing;
    if (missing !== null) this.#retry(known, LOOK_MS);
    this.#report(known);
    return { signature };
  }

  /** Tells the operator that a kind is failing, once until it works again. */
  #report(known: Known): void {
    if (known.isReported || this.fitness(known.kind) !== 'failing') return;
    known.isReported = true;
    console.error(`boots: ${nameOf(known.kind)} cannot be started. ${this.detail(known.kind)}`);
  }

  /** A process has booted, or (`error` is not null) has not. */
  #hear(kind: Kind, error: unknown): void {
    const known = this.#of(kind);
    if (known === null) return;
    known.signature = this.#inspect(known).signature;
    if (error === null) {
      known.failures = 0;
      known.workingSignature = known.signature;
      known.error = null;
      known.bootedAt = performance.now();
      if (known.isReported) console.error(`boots: ${nameOf(kind)} works again`);
      known.isReported = false;
      return;
    }
    known.error = error;
    known.failures++;
    // A file has changed, which explains it.
    const { workingSignature } = known;
    if (workingSignature !== null && workingSignature !== known.signature)
      known.failures = Math.max(MOST_FAILURES, known.failures);
    this.#report(known);
    this.#retry(known, RETRY_MS[known.failures - 1] ?? RETRY_MS.at(-1) ?? 0);
  }

  #retry(known: Known, ms: number): void {
    if (this.#ready.closing.aborted) return;
    known.timer ??= setTimeout(async () => {
      if (known.missing !== null) await this.#needs.restore(known.kind).catch(() => {});
      known.timer = null;
      if (known.missing !== null) this.#inspect(known);
      if (known.missing === null) this.#check(known);
    }, ms).unref();
  }

  /** Boots a process of a kind as a test. */
  #check(known: Known): void {
    if (this.#ready.closing.aborted) return;
    known.checking ??= this.#ready
      .tryOut(known.kind)
      .then(() => this.#ready.refill(known.kind))
      .catch(() => {})
      .finally(() => {
        known.checking = null;
      });
  }
}

/** Returns what tells whether files have changed, and the first that is missing. */
function signatureOf(needs: Needs, kind: Kind) {
  let files: readonly string[];
  try {
    files = needs.files(kind);
  } catch (error) {
    return { signature: '', missing: error instanceof Error ? messageOf(error) : String(error) };
  }
  const states: string[] = [];
  for (const file of files) {
    try {
      const stat = fs.statSync(file);
      const { ino, size, mtimeMs, mode } = stat;
      // What is in a folder changes with each run, and each boot.
      states.push((stat.isDirectory() ? [ino, mode] : [ino, size, mtimeMs, mode]).join(' '));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'ENOENT' || code === 'ENOTDIR') return { signature: '', missing: file };
      // On Deno, the server may not look at all that it may run.
      states.push('unknown');
    }
  }
  return { signature: states.join('; '), missing: null };
}

/** Returns an error's message and those of its causes. */
function messageOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${messageOf(cause)}` : message;
}

function nameOf({ runtime, isSandboxed }: Kind): string {
  return isSandboxed ? `${runtime} in the sandbox` : runtime;
}
