/** A client of a playground: submits runs and reads their streams. */
import http from 'node:http';

const agent = new http.Agent({ keepAlive: true });

export type Event = { type: string; atMs: number; pass: number | null; [key: string]: unknown };

/** Waits until the server at `base` has a ready process for each runtime and no running runs. */
export async function settled(base: string): Promise<void> {
  for (;;) {
    const health = await (await fetch(`${base}/healthz`)).json();
    if (health.active === 0 && Object.values<number>(health.ready).every((count) => count > 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Submits a run; resolves to the address of its events. */
export function submit(base: string, spec: Record<string, unknown>): Promise<string> {
  const body = JSON.stringify(spec);
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const request = http.request(`${base}/api/runs`, { method: 'POST', agent, headers }, async (response) => {
      let text = '';
      for await (const part of response) text += part;
      if (response.statusCode === 201) resolve(base + JSON.parse(text).events);
      else if (text === '{}') resolve(base);
      else reject(new Error(text));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Reads a stream to its end; calls `onEvent` with each event and its arrival time, in ms since 1970. */
export function follow(url: string, onEvent: (event: Event, arrivedAt: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent }, (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        const arrivedAt = performance.timeOrigin + performance.now();
        const messages = (rest + text).split('\n\n');
        rest = messages.pop() ?? '';
        for (const message of messages) {
          const data = /^data: (\[.*\])$/m.exec(message)?.[1];
          if (data) for (const event of JSON.parse(data)) onEvent(event, arrivedAt);
        }
      });
      response.on('end', resolve);
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}
