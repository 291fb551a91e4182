/** Submits runs to a server and reads what it says of them. */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Runtime } from '../../server/spec/runtimes.ts';
import { eventsOf, messagesIn } from '../event-stream.ts';

/** What the server answers: the run's id, or what is wrong with the fields. */
type Submitted = { id: string; errors?: never } | { id?: never; errors: string };

export class Client {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Submits a run. Throws if it is refused for another reason than its fields. */
  async submit(spec: Record<string, unknown>): Promise<Submitted> {
    const response = await fetch(`${this.url}api/runs`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(spec),
    });
    const body = await response.json();
    if (response.status === 201) return { id: body.id };
    if (response.status !== 422) throw new Error(`${response.status}: ${JSON.stringify(body)}`);
    return { errors: body.errors.map(({ message }: { message: string }) => message).join('\n') };
  }

  /** Resolves with all events of a run, once it has ended. `onEvent` is called with each as it comes. */
  async events(id: string, onEvent: (event: RunEvent) => void = () => {}): Promise<RunEvent[]> {
    const all: RunEvent[] = [];
    for await (const message of messagesIn(await fetch(`${this.url}runs/${id}/events`)))
      for (const event of eventsOf([message])) {
        all.push(event);
        onEvent(event);
      }
    return all;
  }

  async health(): Promise<{ sandbox: { level: string; runtimes: Runtime[] } }> {
    return (await fetch(`${this.url}healthz`)).json();
  }

  /** Fetches an address of a run. */
  async get(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(this.url + path);
    return { status: response.status, text: await response.text() };
  }
}
