import { expect, it } from 'vitest';
import { headline } from '../../../views/run/headline.ts';

it('headline: figures stay with their units, and words whole; all else is text', () => {
  expect(headline('Job <0> took 1.4 s; threads 1.6 to 1.7 s, start-up included.').toString()).toBe(
    'Job &lt;0&gt; took <span class="unbroken">1.4 s</span>; threads <span class="unbroken">1.6 to 1.7 s</span>, ' +
      '<span class="unbroken">start-up</span> included.',
  );
  expect(headline('5 jobs of 3 sorts, 43 ms.').toString()).toBe(
    '5 jobs of 3 sorts, <span class="unbroken">43 ms</span>.',
  );
});
