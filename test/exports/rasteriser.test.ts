import { decode } from 'fast-png';
import { expect, it, vi } from 'vitest';
import { PicturesBusyError, Rasteriser } from '../../server/exports/rasteriser.ts';

/** A red square, and the number of times it was drawn. */
function square(isFinal: boolean) {
  const drawn = { times: 0 };
  const draw = async () => {
    drawn.times++;
    return '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10" fill="red"/></svg>';
  };
  return { drawn, options: { isFinal, width: 20, draw } };
}

it('rasteriser: draws once for concurrent requests, and for later ones if it is final', async () => {
  const rasteriser = new Rasteriser();
  const { drawn, options } = square(true);
  const [one, other] = await Promise.all([rasteriser.png('a', options), rasteriser.png('a', options)]);
  expect(other).toBe(one);
  expect(await rasteriser.png('a', options)).toBe(one);
  expect(drawn.times).toBe(1);
  const { width, height, data } = decode(one);
  expect([width, height, ...data.slice(0, 3)]).toEqual([20, 20, 255, 0, 0]);
});

it('rasteriser: does not cache what is not final', async () => {
  const rasteriser = new Rasteriser();
  const { drawn, options } = square(false);
  await rasteriser.png('a', options);
  await rasteriser.png('a', options);
  expect(drawn.times).toBe(2);
});

it('rasteriser: renders one at a time, and throws if too many wait', async () => {
  const rasteriser = new Rasteriser(2);
  const steps: string[] = [];
  const gate = Promise.withResolvers<void>();
  const ask = (key: string) => {
    const { options } = square(true);
    const draw = async () => {
      steps.push(key);
      await gate.promise;
      return options.draw();
    };
    return rasteriser.png(key, { ...options, draw });
  };
  const first = ask('a');
  const second = ask('b');
  await expect(ask('c')).rejects.toThrow(PicturesBusyError);
  await vi.waitUntil(() => steps.length > 0, 15_000);
  // By now, everything that can proceed has done so.
  await new Promise((resolve) => setImmediate(resolve));
  expect(steps).toEqual(['a']);
  gate.resolve();
  await Promise.all([first, second]);
  expect(steps).toEqual(['a', 'b']);
  await ask('c');
});

it('rasteriser: a failed drawing rejects its own request, and the next is rendered', async () => {
  const rasteriser = new Rasteriser();
  const { options } = square(true);
  const failing = rasteriser.png('bad', { ...options, draw: async () => 'no picture' });
  const next = rasteriser.png('good', options);
  await expect(failing).rejects.toThrow();
  expect(decode(await next).width).toBe(20);
});
