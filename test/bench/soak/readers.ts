/** Readers of a run's stream: those that stay, and those that come, go, stall and vanish. */
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { messagesIn } from '../../event-stream.ts';
import type { Way } from './workload.ts';

/** What a reader has got: the events, each as JSON; and whether it has read to the end, left, or lost its connection. */
export type Read = { events: string[]; how: 'whole' | 'left' | 'lost' };

/** Pause before a reader comes back, in ms. */
const BACK_MS = 100;
/** Connections that a reader may lose in a row without having read anything, before it gives up. */
const MOST_LOST = 3;
/** The message before which a reader stalls. */
const STALL_AT = 3;

/** Reads a stream in a way. `held` gets the connections that are left open. Rejects if `signal` aborts. */
export async function read(
  url: string,
  way: Way,
  held: http.ClientRequest[],
  signal: AbortSignal,
): Promise<Read> {
  const events: string[] = [];
  for (let lost = 0; ; await pause(BACK_MS, null, { signal })) {
    const before = events.length;
    const how = await readOnce(url, way, events, held, signal);
    if (how === 'whole' || !way.returns) return { events, how };
    lost = events.length > before || how === 'left' ? 0 : lost + 1;
    if (lost > MOST_LOST) return { events, how };
  }
}

async function readOnce(
  url: string,
  way: Way,
  events: string[],
  held: http.ClientRequest[],
  signal: AbortSignal,
): Promise<Read['how']> {
  const after = String(way.after ?? events.length);
  const request = http.get(url, { agent: false, headers: { 'Last-Event-ID': after } });
  request.on('error', () => {});
  const stop = () => request.destroy();
  signal.addEventListener('abort', stop);
  let isHeld = false;
  try {
    if (way.leavesAfter === 0) {
      await once(request, 'finish', { signal });
      return 'left';
    }
    const [response]: http.IncomingMessage[] = await once(request, 'response');
    if (response?.statusCode !== 200) return 'lost';
    const body = response.iterator({ destroyOnReturn: false });
    let messages = 0;
    for await (const { event, data } of messagesIn({ body })) {
      if (event === 'end') return 'whole';
      if (event !== 'message' || data === '') continue;
      if (++messages === STALL_AT && way.stallsMs) await pause(way.stallsMs, null, { signal });
      for (const one of JSON.parse(data)) events.push(JSON.stringify(one));
      if (messages < (way.leavesAfter ?? Number.POSITIVE_INFINITY)) continue;
      if (way.leaves === 'resets') request.socket?.resetAndDestroy();
      isHeld = way.leaves === 'holds';
      if (isHeld) held.push(request);
      return 'left';
    }
    return 'lost';
  } catch {
    signal.throwIfAborted();
    return 'lost';
  } finally {
    signal.removeEventListener('abort', stop);
    if (!isHeld) request.destroy();
  }
}
