/** Who may cancel: the person who started a run or a family, and whoever has the key of that answer. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elements } from '../markup.ts';
import { type Client, ENDLESS, type PlaygroundApp, playgroundApp } from '../playground-app.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

const FORM = { modes: ['sequential'], jobs: '1', minSeconds: '3000', maxSeconds: '3600' };
const HTMX = { 'HX-Request': 'true' };

/** Returns where the cancel button of a page sends its form; undefined if there is none. */
const actionIn = (page: string) =>
  elements(page, 'form').find(({ attributes }) => attributes.class === 'cancel')?.attributes.action;
const statusOf = async (path: string) => (await (await app.request(`${path}.json`)).json()).status;

/** Starts something in each of the ways there are, and returns its address, and where it can be cancelled. */
const WAYS: Record<string, (client: Client) => Promise<{ url: string; cancel: string }>> = {
  'a run, JSON': async (client) => (await client.sendJson('/api/runs', ENDLESS)).json(),
  'a family, JSON': async (client) => (await client.sendJson('/api/runs', { ...ENDLESS, repeat: 2 })).json(),
  'a run, form': async (client) => {
    const response = await client.submit('/runs', FORM, HTMX);
    const url = response.headers.get('hx-push-url') ?? '';
    return { url, cancel: actionIn(await response.text()) ?? '' };
  },
  'a family, form': async (client) => {
    const { headers } = await client.submit('/runs', { ...FORM, repeat: '2' }, HTMX);
    return { url: headers.get('hx-redirect') ?? '', cancel: headers.get('cancel-address') ?? '' };
  },
};

describe('the key to cancel', () => {
  it.each(Object.keys(WAYS))(
    'cancel: %s is cancelled with the key of its answer, and no other',
    async (way) => {
      const start = WAYS[way];
      const [one, other] = await Promise.all([
        start?.(app.program('192.0.2.1')),
        start?.(app.program('192.0.2.1')),
      ]);
      if (!one || !other) throw new Error('Nothing was started.');
      expect(one.cancel).toMatch(new RegExp(`^${one.url}/cancel\\?key=[\\w-]{43}$`));

      const stranger = app.program('192.0.2.2');
      const [path = '', key = ''] = one.cancel.split('?key=');
      const wrong = [
        ...[
          '',
          key.slice(1),
          `${key}A`,
          `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`,
          'é'.repeat(43),
        ],
        other.cancel.split('?key=')[1] ?? '',
      ];
      for (const given of wrong) {
        const { status } = await stranger.submit(`${path}?key=${encodeURIComponent(given)}`);
        expect(status, given).toBe(403);
      }
      expect(await statusOf(one.url)).toBeNull();
      for (const { url, cancel } of [one, other]) {
        expect((await stranger.submit(cancel)).status).toBe(204);
        expect(await statusOf(url)).toBe('cancelled');
      }
    },
  );

  it('cancel: the permalink has the button for the person alone, and never the key', async () => {
    const owner = await app.browser();
    for (const [way, start] of Object.entries(WAYS)) {
      const { url, cancel } = await start(owner);
      const key = cancel.split('?key=')[1] ?? 'none';
      const [mine, strange] = await Promise.all(
        [owner, await app.browser()].map(async (client) => (await client.get(url)).text()),
      );
      expect(actionIn(mine ?? ''), way).toBe(`${url}/cancel`);
      expect(actionIn(strange ?? ''), way).toBeUndefined();
      expect(mine, way).not.toContain(key);
      expect(strange, way).not.toContain(key);
      expect((await owner.submit(cancel)).status).toBe(303);
    }
  });

  it('cancel: the figures of a family have the button for whoever has the key', async () => {
    const { url, cancel } = await app
      .program('192.0.2.1')
      .sendJson('/api/runs', { ...ENDLESS, repeat: 2 })
      .then((response) => response.json());
    const key = cancel.split('?key=')[1];
    const figures = async (query: string) => (await app.request(`${url}/figures${query}`)).text();
    expect(actionIn(await figures(`?key=${key}`))).toBe(cancel);
    expect(await figures(`?key=${key}`)).toContain(`hx-get="${url}/figures?key=${key}"`);
    expect(actionIn(await figures(''))).toBeUndefined();
    expect(actionIn(await figures('?key="><script>'))).toBeUndefined();
    await app.program().submit(cancel);
  });
});
