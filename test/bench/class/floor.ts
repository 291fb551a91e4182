/**
 * The lower bound: Hono alone, which answers the bytes that it was given, and streams that are held open with a heartbeat.
 * Prints its address. On SIGUSR2 it says what it holds: see inside.ts of the soak.
 */
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { listen } from '../../../server/listen.ts';
import { readSettings } from '../../../server/settings.ts';

const HEARTBEAT_MS = 3000;
/** Bodies by address, and how they are compressed. */
const bodies = new Map<string, { body: ArrayBuffer; encoding: string }>();
const app = new Hono();

app.put('/given/*', async (c) => {
  const encoding = c.req.header('content-encoding') ?? 'identity';
  bodies.set(c.req.path, { body: await c.req.arrayBuffer(), encoding });
  return c.body(null, 204);
});
app.on(['GET', 'POST'], '/given/*', async (c) => {
  if (c.req.method === 'POST') await c.req.formData();
  const found = bodies.get(c.req.path);
  if (!found) return c.notFound();
  return c.body(found.body, 200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Encoding': found.encoding,
  });
});
app.get('/stream', (c) =>
  streamSSE(c, async (stream) => {
    await stream.writeSSE({ data: '[{"type":"pass-started"}]' });
    while (!stream.aborted) {
      await stream.sleep(HEARTBEAT_MS);
      await stream.writeSSE({ event: 'heartbeat', data: '' });
    }
  }),
);

const { serve } = await listen();
const { url } = await serve(app.fetch, readSettings({ PORT: '0' }));
console.log(url);
