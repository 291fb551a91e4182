/** Two runs compared: real ones, by ids and by pasted links; and anything else that can be pasted. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIdIn } from '../../server/routes/compare.ts';
import { ownRuns } from '../../server/routes/own-runs.ts';
import { timelineOf } from '../../server/routes/view.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { newTimeline } from '../../server/timeline/timeline.ts';
import { LOOK_WORDS } from '../../server/words/looks.ts';
import { compareForm, type OwnRun } from '../../views/compare/form.ts';
import { LOOKS, legendTotals } from '../../views/drawing/legend.ts';
import { elements, fieldErrors, inputOf } from '../markup.ts';
import { type Client, ENDLESS, type PlaygroundApp, playgroundApp } from '../playground-app.ts';
import { run } from '../timeline/made-events.ts';

/** Every job of it fails. */
const FAILS = 'export async function job() { throw new Error("broken"); }';

let app: PlaygroundApp;
let browser: Client;
/** Two runs of `browser`, the second with a pool and without the event loop. */
let a: string;
let b: string;
beforeAll(async () => {
  app = await playgroundApp();
  browser = await app.browser();
  const jobs = { jobs: 3, minSeconds: 0, maxSeconds: 0, seed: 5 };
  a = await app.start({ ...jobs, modes: ['sequential', 'event-loop', 'threads'] }, browser);
  b = await app.start({ ...jobs, modes: ['sequential', 'threads'], workers: 1 }, browser);
  await Promise.all([a, b].map((id) => app.events(id)));
});
afterAll(() => app.close());

async function compare(fields: Record<string, string>, by = browser, headers: Record<string, string> = {}) {
  const response = await by.get(`/compare?${new URLSearchParams(fields)}`, headers);
  return { status: response.status, html: await response.text() };
}

describe('GET /compare', () => {
  it('GET /compare: a sentence, differing settings, figures for each mode, and which is better in words', async () => {
    const { status, html } = await compare({ a, b });
    expect(status).toBe(200);
    expect(elements(html, 'h1').map(({ text }) => text)).toEqual([expect.stringMatching(/^.+\.$/)]);
    expect(elements(html, 'caption').map(({ text }) => text)).toEqual([
      'Settings that differ',
      'Figures of the modes that both have',
    ]);
    // What is seen comes first.
    expect(html.indexOf('<table')).toBeGreaterThan(html.indexOf('</compare-view>'));
    const settings = html.slice(html.indexOf('Settings that differ'), html.indexOf('</table>'));
    expect(elements(settings, 'th').map(({ text }) => text)).toEqual(['A', 'B', 'Modes', 'Workers']);
    expect(elements(settings, 'td').map(({ text }) => text)).toEqual([
      '',
      'one by one, event loop, threads',
      'one by one, threads',
      'one per job',
      '1',
    ]);
    const bodies = elements(html, 'tbody').filter(({ attributes }) => 'data-mode' in attributes);
    expect(bodies.map(({ attributes }) => attributes['data-mode'])).toEqual(['sequential', 'threads']);
    for (const { attributes, text } of bodies) {
      const from = html.indexOf(`<tbody data-mode="${attributes['data-mode']}"`);
      const own = html.slice(from, html.indexOf('</tbody>', from));
      const names = elements(own, 'th').map((element) => element.text);
      // One by one there is nothing to compare the time with, so neither run has that figure.
      expect(names.slice(1)).toEqual([
        'Wall time',
        'Job times added up',
        ...(attributes['data-mode'] === 'threads' ? ['Speed-up'] : []),
        'Start-up per lane',
        'CPU time',
        'Memory',
        'Jobs done',
      ]);
      expect(text).toMatch(/Wall time.*(A: shorter|B: shorter|about the same)/s);
      expect(text).toMatch(/Jobs done3 of 33 of 3±0the same/);
    }
    expect(html).toContain('Only A ran on the event loop.');
  });

  it('GET /compare: runs of different work: a note on that first, figures side by side, and no verdict', async () => {
    const other = { jobs: 2, minSeconds: 0, maxSeconds: 0, seed: 5 };
    const id = await app.start({ ...other, modes: ['sequential', 'threads'] });
    await app.events(id);
    const { html } = await compare({ a, b: id });
    expect(elements(html, 'h1')[0]?.text).toBe(
      'A and B did different work, so neither counts as better: 2 jobs instead of 3.',
    );
    const rows = elements(html, 'tr').filter(({ attributes }) => 'data-figure' in attributes);
    expect(rows.length).toBeGreaterThan(10);
    for (const { text } of rows) expect(text).not.toMatch(/––/);
    for (const { text } of rows) expect(text).not.toMatch(/shorter|less|more|fewer|same/);
    expect(rows.filter(({ text }) => text.startsWith('Jobs done')).map(({ text }) => text)).toEqual([
      'Jobs done3 of 32 of 2different work',
      'Jobs done3 of 32 of 2different work',
    ]);
    expect(rows[0]?.text).toMatch(/^Wall time[\d.]+ m?s[\d.]+ m?s[+−±]/);
  });

  it('GET /compare: a pass that a run has not reached yet, and one that it never will', async () => {
    const id = await app.start({ ...ENDLESS, modes: ['sequential', 'threads'] });
    await app.until(id, ({ type }) => type === 'job-started');
    const notes = async () => {
      const { html } = await compare({ a, b: id });
      return elements(html, 'small').flatMap(({ text }) => (/began|begun/.test(text) ? [text] : []));
    };
    expect(await notes()).toEqual(['B has not begun']);
    await app.playground.runs.cancel(id);
    expect(await notes()).toEqual(['B never began']);
  });

  it('GET /compare, /runs: of runs that were cancelled before they began, the axis is the planned one, and there is no replay', async () => {
    const id = 'cancelled'.padEnd(21, '-');
    const { store } = app.playground.storage;
    const spec = { ...(await app.playground.runs.get(a))!.spec, minSeconds: 3, maxSeconds: 3 };
    await store.create({ id, person: 'ann', spec, createdAt: Date.now(), status: null });
    await store.append(
      id,
      1,
      run([], 'cancelled').map((event) => JSON.stringify(event)),
    );
    await store.end(id, 'cancelled');
    for (const path of [`/runs/${id}`, `/compare?a=${id}&b=${id}`]) {
      const html = await (await app.request(path)).text();
      const play = elements(html, 'button').find(({ attributes }) => attributes.class === 'play');
      expect(play?.attributes, path).toHaveProperty('disabled');
      const times = elements(html, 'text').filter(({ attributes }) => attributes.class === 'time');
      expect(times.map(({ text }) => text).join(), path).toMatch(/^0,\d+ s/);
    }
    // Beside a run that took no time, it takes no room.
    const { html } = await compare({ a, b: id });
    const view = /data-span-ms="([\d.]+)"/.exec(html)?.[1];
    expect(Number(view)).toBeLessThan(3000);
  });

  it('GET /compare: what failed, was cancelled or has not ended says so where it would be compared', async () => {
    const settings = { jobs: 3, minSeconds: 0, maxSeconds: 0, seed: 5 };
    const broken = await app.start({ ...settings, modes: ['sequential', 'threads'], code: FAILS });
    await app.events(broken);
    const cancelled = await app.start({ ...ENDLESS, modes: ['sequential', 'threads'] });
    await app.until(cancelled, ({ type }) => type === 'job-started');
    const reasons = async (first: string, second: string) => {
      const { html } = await compare({ a: first, b: second });
      const cells = elements(html, 'td').filter(({ attributes }) => attributes.class === 'why-not');
      return [...new Set(cells.map(({ text }) => text))];
    };
    expect(await reasons(a, broken)).toEqual(['3 jobs of B failed', 'different work']);
    expect(await reasons(broken, a)).toEqual(['3 jobs of A failed', 'different work']);
    expect(await reasons(broken, broken)).toEqual(['no job was done']);
    expect(await reasons(a, cancelled)).toEqual(['B is still running', 'B has not begun']);
    await app.playground.runs.cancel(cancelled);
    expect(await reasons(a, cancelled)).toEqual(expect.arrayContaining(['B was cancelled', 'B never began']));
    expect(await reasons(cancelled, cancelled)).toEqual(['A and B were cancelled']);
    const { html } = await compare({ a, b: cancelled });
    expect(elements(html, 'span').map(({ text }) => text)).toContain('never began');
  });

  it('GET /compare: the legend says how long each state lasted in both runs together', async () => {
    const totals = async (first: string, second: string) => {
      const { html } = await compare({ a: first, b: second });
      const { passes } = newTimeline();
      for (const id of [first, second]) {
        const run = await app.playground.runs.get(id);
        if (run) passes.push(...(await timelineOf(run.log)).passes);
      }
      const expected = legendTotals({ ...newTimeline(), passes });
      const shown = elements(html, 'li').flatMap(({ attributes, text }) => {
        const look = LOOKS.find((name) => name === attributes['data-look']);
        return look ? [[look, text.slice(LOOK_WORDS[look].length)]] : [];
      });
      expect(shown).toEqual(LOOKS.map((look) => [look, expected.get(look) ?? '']));
      return expected;
    };
    expect((await totals(a, b)).has('running')).toBe(true);
    expect(await totals(a, b)).not.toEqual(await totals(a, a));
  });

  it('GET /compare: the passes of both, those of a mode one above the other, on one axis', async () => {
    const { html } = await compare({ a, b });
    const charts = elements(html, 'div').filter(({ attributes }) => attributes.class === 'chart');
    expect(charts.map(({ attributes }) => [attributes['data-run'], attributes['data-pass']])).toEqual([
      ['a', '0'],
      ['b', '0'],
      ['a', '1'],
      ['a', '2'],
      ['b', '1'],
    ]);
    const axes = html
      .split('<svg class="drawing"')
      .slice(1)
      .map((drawing) =>
        elements(drawing.slice(0, drawing.indexOf('<figure')), 'text').flatMap(({ attributes, text }) =>
          attributes.class === 'time' ? [`${attributes.x} ${text}`] : [],
        ),
      );
    expect(axes).toHaveLength(5);
    expect(axes[0]?.length).toBeGreaterThan(1);
    for (const axis of axes) expect(axis).toEqual(axes[0]);
    expect(html).toContain('did not run on the event loop');
    const ids = elements(html, 'pattern').map(({ attributes }) => attributes.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('GET /compare: the replay of both, disabled while one of them is under way', async () => {
    const controls = (html: string) =>
      ['button', 'input', 'select'].flatMap((tag) =>
        elements(html.slice(html.indexOf('<div class="replay"'), html.indexOf('<div class="tools"')), tag),
      );
    const { html } = await compare({ a, b });
    expect(controls(html)).toHaveLength(5);
    for (const { attributes } of controls(html)) expect(attributes).not.toHaveProperty('disabled');
    // There is nothing to show job by job.
    const keys = elements(html, 'kbd').map(({ text }) => text);
    expect(keys).toContain('Space');
    expect(keys).not.toContain('J');

    const id = await app.start({ ...ENDLESS, modes: ['threads'] });
    const live = controls((await compare({ a, b: id })).html);
    expect(live).toHaveLength(5);
    for (const { attributes } of live) expect(attributes).toHaveProperty('disabled');
    await app.playground.runs.cancel(id);
  });

  it('GET /compare: accepts links of any server and to any form of the run, and ids', async () => {
    const plain = await compare({ a, b });
    for (const link of [
      `http://localhost:8080/runs/${a}`,
      `https://class.example/runs/${a}#t=2.5&at=3`,
      `  /runs/${a}?speed=2 `,
      `localhost:8080/runs/${a}/embed`,
      `http://other.example/under/runs/${a}.svg`,
      `http://x/runs/${a}/program.py`,
    ]) {
      const { status, html } = await compare({ a: link, b });
      expect(status, link).toBe(200);
      expect(html, link).toBe(plain.html);
    }
  });

  it('GET /compare: equal settings are reported, and a run can be compared with itself', async () => {
    const { html } = await compare({ a, b: a });
    expect(html).toContain('Both links lead to the same run.');
    expect(html).toContain('Both have the same settings.');
  });

  it('GET /compare: without runs, or with one, a form with the input and the person’s own latest runs', async () => {
    const empty = await compare({});
    expect(empty.status).toBe(200);
    expect([inputOf(empty.html, 'a'), inputOf(empty.html, 'b')]).toEqual(['', '']);
    expect(fieldErrors(empty.html)).toEqual({});
    const offered = elements(empty.html, 'option');
    expect(offered.map(({ attributes }) => attributes.value)).toEqual([`/runs/${b}`, `/runs/${a}`]);
    expect(offered[0]?.text).toMatch(
      /^One by one.*, \d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC: 3 jobs of 0 s, one by one, threads, Node\.js, completed\. .+\.$/,
    );

    const some: Record<string, string>[] = [{ a }, { b: `http://x/runs/${b}` }];
    for (const fields of some) {
      const { status, html } = await compare(fields);
      expect(status).toBe(200);
      expect({ a: inputOf(html, 'a'), b: inputOf(html, 'b') }).toEqual({ a: '', b: '', ...fields });
      expect(fieldErrors(html)).toEqual({});
      // With one run given, the form asks for the other, and does not offer the same.
      const focused = elements(html, 'input').filter(({ attributes }) => 'autofocus' in attributes);
      expect(focused.map(({ attributes }) => attributes.name)).toEqual([fields.a === undefined ? 'a' : 'b']);
      const offered = elements(html, 'option').map(({ attributes }) => attributes.value);
      expect(offered).toEqual([fields.a === undefined ? `/runs/${a}` : `/runs/${b}`]);
    }
    const stranger = await compare({ a }, await app.browser());
    expect(stranger.html).toContain('<p>Paste the links to any two runs.</p>');
    // The runs of other people are not offered.
    expect(elements((await compare({}, await app.browser())).html, 'option')).toEqual([]);
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['nothing', { a: '', b: '' }, { a: 'Paste the link', b: 'Paste the link' }],
    ['blanks', { a: '  \t', b: 'A' }, { a: 'Paste the link' }],
    ['a link without a run', { a: 'A', b: 'http://localhost/lessons/join' }, { b: 'not a link to a run' }],
    ['a run that is not here', { a: 'A', b: `/runs/${'x'.repeat(21)}` }, { b: 'no such run here' }],
    ['an id that is not here', { a: '_'.repeat(21), b: 'B' }, { a: 'no such run here' }],
    ['an id that is cut', { a: 'A', b: '/runs/abc' }, { b: 'not a link to a run' }],
    ['an id with more behind it', { a: 'A', b: `/runs/${'x'.repeat(22)}` }, { b: 'not a link to a run' }],
    ['a run after the question mark', { a: 'A', b: 'http://x/?/runs/B' }, { b: 'not a link to a run' }],
    ['markup', { a: 'A', b: '"><script>alert(1)</script>' }, { b: 'not a link to a run' }],
    ['a script', { a: 'javascript:alert(1)//', b: 'B' }, { a: 'not a link to a run' }],
    ['a way up', { a: 'A', b: '/runs/../../etc/passwd' }, { b: 'not a link to a run' }],
    ['SQL', { a: 'A', b: "/runs/' or 1=1; drop table runs; --" }, { b: 'not a link to a run' }],
    ['a null byte', { a: 'A', b: '\0' }, { b: 'not a link to a run' }],
    ['a very long text', { a: 'A', b: '/runs/'.repeat(1500) }, { b: 'not a link to a run' }],
  ])(
    'GET /compare: %s is reported at its field, and the input is still there',
    async (_what, given, errors) => {
      const fields = Object.fromEntries(
        Object.entries(given).map(([name, text]) => [
          name,
          text.replace(/^A$/, a).replace(/^B$|(?<=\/)B$/, b),
        ]),
      );
      const { status, html } = await compare(fields);
      expect(status).toBe(422);
      expect(fieldErrors(html)).toEqual(
        Object.fromEntries(
          Object.entries(errors).map(([name, text]) => [name, expect.stringContaining(text)]),
        ),
      );
      for (const [name, text] of Object.entries(fields)) expect(inputOf(html, name)).toBe(text);
      for (const name of Object.keys(errors)) {
        const input = elements(html, 'input').find(({ attributes }) => attributes.name === name);
        expect(input?.attributes).toMatchObject({
          'aria-invalid': 'true',
          'aria-describedby': `${name}-error`,
        });
      }
      expect(elements(html, 'script').every(({ text }) => text === '')).toBe(true);
    },
  );

  it('GET /compare: an address that is not valid UTF-8 still gets a response', async () => {
    for (const query of [
      'a=%E0%A4%A&b=%',
      'a=%00',
      'a[]=1&b[x]=2',
      'a&b',
      '&&&',
      'a=x&a=y&b=z',
      'run=',
      'run&run&run',
    ]) {
      const response = await browser.get(`/compare?${query}`);
      expect([200, 422], query).toContain(response.status);
    }
  });

  it('GET /compare?run=&run=: two checked boxes of the list lead to the comparison, the older as A', async () => {
    const list = await (await browser.get('/runs')).text();
    const boxes = elements(list, 'input').filter(({ attributes }) => attributes.form === 'compare-chosen');
    expect(boxes.map(({ attributes }) => [attributes.name, attributes.value])).toEqual([
      ['run', b],
      ['run', a],
    ]);
    expect(
      elements(list, 'form').find(({ attributes }) => attributes.id === 'compare-chosen')?.attributes,
    ).toMatchObject({
      method: 'get',
      action: '/compare',
    });
    const response = await browser.get(`/compare?run=${b}&run=${a}`);
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(`/compare?a=${a}&b=${b}`);
    for (const [query, words] of [
      [`run=${a}`, 'one was checked'],
      [`run=${a}&run=${b}&run=${a}`, '3 were checked'],
    ]) {
      const answer = await browser.get(`/compare?${query}`);
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain(words);
    }
  });

  it('GET /compare: with a run under way, the results so far, and the page reloads', async () => {
    const id = await app.start({ ...ENDLESS, modes: ['sequential', 'threads'] });
    await app.until(id, ({ type }) => type === 'job-started');
    const live = await compare({ a, b: id });
    expect(live.status).toBe(200);
    expect(live.html).toContain('There is nothing to compare yet');
    expect(live.html).toContain('B is still running: these are the figures so far.');
    expect(live.html).toContain('<noscript><meta http-equiv="refresh"');
    const section = elements(live.html, 'div').find(({ attributes }) => attributes.id === 'compare-told');
    expect(section?.attributes).toMatchObject({
      'hx-get': `/compare?a=${a}&b=${id}`,
      'hx-trigger': 'every 2s',
    });

    const part = await compare({ a, b: id }, browser, { 'HX-Request': 'true' });
    expect(part.html).toMatch(/^<div id="compare-told" hx-get=/);
    expect(part.html).toContain('<div id="compare-figures" hx-swap-oob="outerMorph">');
    await app.playground.runs.cancel(id);
    const ended = await compare({ a, b: id }, browser, { 'HX-Request': 'true' });
    expect(ended.html).toMatch(/^<div id="compare-told">/);
    expect(ended.html).toContain('One by one, A completed and B was cancelled.');
  });
});

describe('runIdIn', () => {
  const id = 'V1StGXR8_Z5jdHi6B-myT';

  it('runIdIn: an id is found in any link to a run', () => {
    const text = fc.string().filter((chars) => !/[?#]|runs/.test(chars));
    fc.assert(
      fc.property(text, fc.constantFrom('', '/', '/events', '.svg', '?x', '#x'), (before, after) => {
        expect(runIdIn(`${before}/runs/${id}${after}`)).toBe(id);
      }),
    );
  });

  it('runIdIn: returns an id or null for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constant(`/runs/${id}x`)), (text) => {
        expect(runIdIn(text) ?? id).toMatch(/^[\w-]{21}$/);
      }),
    );
  });
});

describe('compareForm', () => {
  it('compareForm: a form that leads from a run to the comparison, offering the person’s other runs', async () => {
    const person = (await app.playground.runs.get(a))?.person ?? '';
    const html = String(await compareForm(a, await ownRuns(app.playground, person, false), ''));
    expect(elements(html, 'form')[0]?.attributes).toMatchObject({ method: 'get', action: '/compare' });
    expect(inputOf(html, 'a')).toBe(a);
    expect(elements(html, 'option').map(({ attributes }) => attributes.value)).toEqual([`/runs/${b}`]);
    expect(elements(html, 'label')[0]?.attributes.for).toBe('compare-b');
  });

  it('compareForm: runs of the same minute can be distinguished', async () => {
    const createdAt = Date.UTC(2025, 10, 22, 12, 14, 5);
    const spec: Spec = {
      lesson: 'pool',
      code: '',
      modes: ['threads'],
      runtime: 'node',
      jobs: 5,
      workers: null,
      minSeconds: 0.5,
      maxSeconds: 2,
      work: 'wait',
      seed: 1,
    };
    const own: OwnRun[] = [
      { id: 'new', createdAt: createdAt + 9000, title: 'Pool', spec, status: 'cancelled' },
      { id: 'old', createdAt, title: 'Pool', spec: { ...spec, jobs: 1, minSeconds: 2 }, status: null },
      { id: 'older', createdAt: createdAt - 60_000, title: 'Pool', spec, status: 'completed' },
    ];
    const html = String(await compareForm('none', own, ''));
    expect(elements(html, 'option').map(({ text }) => text)).toEqual([
      'Pool, 2025-11-22 12:14:14 UTC: 5 jobs of 0.5 to 2 s, threads, Node.js, cancelled',
      'Pool, 2025-11-22 12:14:05 UTC: 1 job of 2 s, threads, Node.js, not finished yet',
      'Pool, 2025-11-22 12:13 UTC: 5 jobs of 0.5 to 2 s, threads, Node.js, completed',
    ]);
  });
});
