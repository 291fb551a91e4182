/** Renderings: shared, kept while fresh, one at a time, and limited in number. */
import { expect, it } from 'vitest';
import { Renderings, RenderingsBusyError } from '../../server/exports/renderings.ts';

const LIMITS = { maxKept: 2, maxWaiting: 2 };
const FOREVER = Number.POSITIVE_INFINITY;

/** Renders an object of its own each time, and lists the keys that were rendered. */
function newRenderings() {
  const renderings = new Renderings<object>(LIMITS);
  const rendered: string[] = [];
  const get = (key: string, freshMs = FOREVER, gate: Promise<void> = Promise.resolve()) =>
    renderings.get(key, freshMs, async () => {
      rendered.push(key);
      await gate;
      return {};
    });
  return { get, rendered };
}

it('renderings: one rendering for requests at once, and for later ones while it is fresh', async () => {
  const { get, rendered } = newRenderings();
  const [one, other] = await Promise.all([get('a'), get('a')]);
  expect(other).toBe(one);
  expect(await get('a')).toBe(one);
  expect(rendered).toEqual(['a']);
  const [stale, shared] = await Promise.all([get('b', 0), get('b', 0)]);
  expect(shared).toBe(stale);
  expect(await get('b', 0)).not.toBe(stale);
});

it('renderings: those asked for last are kept, in bounded number', async () => {
  const { get, rendered } = newRenderings();
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key);
  expect(rendered).toEqual(['a', 'b', 'c', 'b']);
});

it('renderings: one at a time, and refused if too many wait', async () => {
  const { get, rendered } = newRenderings();
  const gate = Promise.withResolvers<void>();
  const [first, second] = [get('a', FOREVER, gate.promise), get('b', FOREVER, gate.promise)];
  await expect(get('c')).rejects.toThrow(RenderingsBusyError);
  // By now, everything that can proceed has done so.
  await new Promise((resolve) => setImmediate(resolve));
  expect(rendered).toEqual(['a']);
  gate.resolve();
  await Promise.all([first, second]);
  expect(rendered).toEqual(['a', 'b']);
  await get('c');
});

it('renderings: a failure rejects its own requests, is not kept, and the next is rendered', async () => {
  const { get } = newRenderings();
  const failing = get('a', FOREVER, Promise.reject(new Error('no picture')));
  const next = get('b');
  await expect(failing).rejects.toThrow('no picture');
  await next;
  await get('a');
});
