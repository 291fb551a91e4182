/** Runs of other people beside an attack: a quiet one, which must end as it does alone, and one with a secret. */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Client } from './client.ts';

/** A lesson in which jobs wait for each other. */
const QUIET = { lesson: 'lock', modes: ['threads'], jobs: 2, minSeconds: 0.2, maxSeconds: 0.2 };

/** A run under way. `ended` resolves with its events. */
type UnderWay = { ended: Promise<RunEvent[]> };

export class Neighbour {
  #client: Client;
  /** What is seen of the quiet run when it is alone. */
  #expected: string;

  private constructor(client: Client, expected: string) {
    this.#client = client;
    this.#expected = expected;
  }

  /** Has the quiet run alone, to learn what it is like. */
  static async of(client: Client): Promise<Neighbour> {
    const { ended } = await begin(client, QUIET);
    return new Neighbour(client, shortOf(await ended));
  }

  /** Starts the quiet run. Resolves once a job runs; `ended` then resolves with what is wrong, or null. */
  async quiet(): Promise<{ ended: Promise<string | null> }> {
    const { ended } = await begin(this.#client, QUIET);
    const check = async () => {
      const seen = shortOf(await ended);
      return seen === this.#expected ? null : `Alone: ${this.#expected}. Beside the attack: ${seen}.`;
    };
    return { ended: check() };
  }

  /** Starts a run with a secret in its program. Resolves once its job runs. */
  secret(canary: string): Promise<UnderWay> {
    const code = `// ${canary}\nexport async function job(_n: number, { sleep }: any) {\n  await sleep(3);\n}\n`;
    return begin(this.#client, { code, modes: ['threads'], jobs: 1, minSeconds: 0, maxSeconds: 0 });
  }
}

/** Starts a run; resolves once its first job runs. */
async function begin(client: Client, spec: Record<string, unknown>): Promise<UnderWay> {
  const { id, errors } = await client.submit(spec);
  if (id === undefined) throw new Error(`A run beside is refused: ${errors}`);
  const begun = Promise.withResolvers<void>();
  const ended = client.events(id, ({ type }) => type === 'job-started' && begun.resolve());
  await Promise.race([begun.promise, ended]);
  return { ended };
}

/** What happened, without times and numbers that differ. */
function shortOf(events: readonly RunEvent[]): string {
  const facts = events.flatMap((event) => {
    switch (event.type) {
      case 'job-started':
      case 'lock-released':
        return `${event.type} ${event.job}`;
      case 'job-ended':
        return `${event.type} ${event.job} ${event.status}`;
      case 'lane-started':
      case 'lane-ready':
        return `${event.type} ${event.lane}`;
      case 'lane-ended':
        return `${event.type} ${event.lane} ${event.reason}`;
      case 'run-ended':
        return `${event.type} ${event.status}`;
      default:
        return [];
    }
  });
  return facts.sort().join(', ');
}
