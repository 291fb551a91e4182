/** Runs for programs: submitted and read as JSON. */
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { baseOf } from './address.ts';
import { refusalOf } from './busy.ts';
import { cacheOf } from './caching.ts';
import { checkSpec } from './check.ts';
import { failure, problemJson } from './failure.ts';
import { lateEvents } from './late-events.ts';
import { type Env, submitterOf } from './person.ts';
import type { Playground } from './playground.ts';
import { NOT_A_NUMBER, resumePoint } from './resume-point.ts';
import { addressesOf } from './rights.ts';
import { runJson } from './run-json.ts';
import { poolsOf, timelineOf } from './view.ts';

/** Routes `POST /api/runs` and `GET /runs/:id.json` and `.ndjson`. */
export function apiRoutes(playground: Playground): Hono<Env> {
  const { runs, families, settings } = playground;
  const base = baseOf(settings);
  const routes = new Hono<Env>();

  routes.post('/api/runs', async (c) => {
    if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
      return problemJson(c, 415, 'Send JSON, as Content-Type: application/json.');
    }
    let body: unknown;
    try {
      body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await c.req.arrayBuffer()));
    } catch {
      return problemJson(c, 400, 'The body is not valid JSON. Send JSON in UTF-8.');
    }
    try {
      const parsed = await checkSpec(c, playground, body);
      if (!parsed.ok) return problemJson(c, 422, 'Some fields need to be corrected.', parsed);
      const pools = poolsOf(parsed.spec, settings);
      const pooled = Object.keys(pools).length > 0 && { pools };
      if (parsed.family) {
        const { id, runId } = await families.start(parsed.spec, submitterOf(c), parsed.family);
        const url = `${base}/families/${id}`;
        // The other runs are submitted one by one, each when the previous one has ended.
        const started = { id, url, runs: [`${base}/runs/${runId}`], ...addressesOf(playground, url, id) };
        return c.json({ ...started, ...pooled }, 201, {
          Location: url,
        });
      }
      const { id } = await runs.submit(parsed.spec, submitterOf(c));
      const url = `${base}/runs/${id}`;
      const started = { id, url, events: `${url}/events`, ...addressesOf(playground, url, id) };
      return c.json({ ...started, ...pooled }, 201, { Location: url });
    } catch (error) {
      const refusal = refusalOf(c, error);
      if (refusal === null) throw error;
      return problemJson(c, refusal.status, refusal.title);
    }
  });

  routes.get('/runs/:file{[\\w-]+\\.(json|ndjson)}', etag(), async (c) => {
    const [id = '', form] = c.req.param('file').split('.');
    const run = await runs.get(id);
    if (!run) return failure(c, playground, 404, 'There is no run at this address.');
    const headers = cacheOf(run.log);
    if (form === 'ndjson') {
      const after = resumePoint(c);
      if (after === null) return failure(c, playground, 400, NOT_A_NUMBER);
      const { lastSeq } = run.log;
      const lines = run.log.after(after);
      const late = lateEvents(run.log, playground);
      if (run.log.place !== null) c.header('Queue-Place', JSON.stringify(run.log.place));
      // Headers are ASCII.
      if (late !== null) c.header('Events-Late', encodeURIComponent(late));
      return c.body(streamOf(lines), 200, {
        'Content-Type': 'application/x-ndjson',
        // Events never change, so what identifies them needs no look at them.
        ETag: `"${run.id}.${after}.${lastSeq}"`,
        ...headers,
      });
    }
    const body = runJson(run, await timelineOf(run.log), playground);
    return c.body(body, 200, { 'Content-Type': 'application/json', ...headers });
  });
  return routes;
}

/** How many characters of events are encoded at a time: whole logs, of up to 8 MB, would hold up the server. */
const PIECE = 65_536;

/** Returns the lines as a body that is encoded as it is read. */
function streamOf(lines: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next = 0;
  return new ReadableStream({
    pull(stream) {
      let piece = '';
      while (piece.length < PIECE && next < lines.length) piece += `${lines[next++]}\n`;
      if (piece !== '') stream.enqueue(encoder.encode(piece));
      if (next === lines.length) stream.close();
    },
  });
}
