/** Any request to any route: it never causes a server error. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specParser } from '../../server/spec/parse.ts';
import { ENDLESS, type PlaygroundApp, playgroundApp } from '../playground-app.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };

describe('any request', () => {
  const HEADERS = [
    'Accept',
    'Cookie',
    'HX-Request',
    'Accept-Encoding',
    'Last-Event-ID',
    'Origin',
    'Sec-Fetch-Site',
  ];
  let full: PlaygroundApp;
  /** What main and one child process take: room for one run in processes, and for none beside it. */
  const MEMORY_MIB = 112;
  const parse = specParser({
    maxJobs: 100,
    maxProcesses: 32,
    memoryMib: MEMORY_MIB,
    lessons: new Map([['one-by-one', {}]]),
  });
  beforeAll(async () => {
    // One run is under way and none may wait: valid specs are refused as busy, so that no runs pile up.
    full = await playgroundApp({ MEMORY_MIB: String(MEMORY_MIB), MAX_WAITING: '0' });
    const id = await full.start({ ...ENDLESS, modes: ['processes'] });
    await full.until(id, ({ type }) => type === 'run-started');
  });
  afterAll(() => full.close());

  const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
  const number = fc.oneof(fc.integer({ min: -1, max: 101 }).map(String), fc.double().map(String), printable);
  const field = fc.constantFrom(
    'modes',
    'runtime',
    'jobs',
    'workers',
    'minSeconds',
    'maxSeconds',
    'work',
    'seed',
    'lesson',
  );
  const word = fc.constantFrom('one-by-one', 'sequential', 'threads', 'node', 'deno', 'wait', 'compute', '');
  const value = fc.oneof(
    { weight: 3, arbitrary: number },
    { weight: 3, arbitrary: word },
    fc.string({ unit: 'binary' }),
  );
  const headers = fc.dictionary(
    fc.constantFrom(...HEADERS),
    fc.oneof(
      printable,
      fc.constantFrom('true', 'text/html', 'gzip', 'same-origin', 'http://localhost', 'person=x'),
    ),
  );

  /** How a run is accepted: as JSON, in a page without script, by htmx. */
  const ACCEPTED = [201, 303, 200];

  /**
   * Bad input is 4xx; only valid input, while the server is full, may be 503. After two seconds, the run under way is
   * measured to take less than was set aside for it, and another may be accepted.
   */
  async function check(response: Response, parsedOk: boolean | null) {
    const text = await response.text();
    if (response.status === 503) {
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(parsedOk).not.toBe(false);
    } else if (ACCEPTED.includes(response.status)) {
      expect(parsedOk).not.toBe(false);
      return;
    } else {
      expect([400, 403, 413, 415, 422]).toContain(response.status);
      expect(response.status === 422 && parsedOk === true).toBe(false);
    }
    expect(text).not.toBe('');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  }

  it('POST /runs: any fields and headers get 4xx, or 503 with Retry-After', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.oneof({ weight: 9, arbitrary: field }, printable), value), { maxLength: 12 }),
        headers,
        async (pairs, extra) => {
          const body = new URLSearchParams(pairs).toString();
          const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
          await check(
            await full.request('/runs', { method: 'POST', body, headers: { ...extra, ...type } }),
            null,
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('POST /runs: any bytes as any kind of body get 4xx, or 503', async () => {
    const type = fc.oneof(
      fc.constantFrom(
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/json',
      ),
      printable,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        type,
        headers,
        async (bytes, contentType, extra) => {
          for (const path of ['/runs', '/api/runs']) {
            const body = new Uint8Array(bytes);
            const init = { method: 'POST', body, headers: { ...extra, 'Content-Type': contentType } };
            await check(await full.request(path, init), null);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('POST /api/runs: any JSON gets 422 if it is not a valid spec, and 503 if it is', async () => {
    const spec = fc.dictionary(
      fc.oneof({ weight: 20, arbitrary: field }, printable, fc.constant('__proto__')),
      fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 5 }) },
        value,
        fc.jsonValue(),
        fc.subarray(['sequential', 'threads', 'fibers']),
      ),
      { maxKeys: 4 },
    );
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 4, arbitrary: spec }, fc.jsonValue()),
        headers,
        async (input, extra) => {
          const body = JSON.stringify(input);
          const init = { method: 'POST', body, headers: { ...extra, ...JSON_TYPE } };
          const response = await full.request('/api/runs', init);
          statuses.add(response.status);
          await check(response, parse(JSON.parse(body)).ok);
        },
      ),
      { numRuns: 300 },
    );
    expect([...statuses]).toEqual(expect.arrayContaining([422, 503]));
  });

  it('GET: no address, query or headers cause a server error', async () => {
    const start = fc.constantFrom(
      '/',
      '/runs',
      '/runs/',
      '/runs/x/events?after=',
      '/static/',
      '/lessons/',
      '/?from=',
      '/healthz?',
    );
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS');
    const tail = fc.oneof(
      fc.string({ unit: 'binary' }).map(encodeTail),
      printable.map((text) => encodeURI(text)),
      fc.constantFrom(
        '%',
        '%E0%A4%A',
        '../../etc/passwd',
        '..%2f..%2fetc%2fpasswd',
        '.json',
        'x.json',
        '%00',
        '?after=%',
      ),
    );
    await fc.assert(
      fc.asyncProperty(start, tail, method, headers, async (first, rest, name, extra) => {
        const response = await full.request(first + rest, { method: name, headers: extra });
        expect(response.status).toBeLessThan(500);
        await response.body?.cancel();
      }),
      { numRuns: 400 },
    );
  });
});

/** Encodes any text as part of an address. Lone surrogates cannot be encoded. */
function encodeTail(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
