/**
 * Challenges, searched for real: the program of each fails in some orders, a fix in none, and a program without the
 * work in all. Everyday two of them; with `ALL=1` each, on every runtime.
 */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { readChallenges } from '../../server/challenges/catalogue.ts';
import { ALL } from '../everyday.ts';
import { elements, formFields } from '../markup.ts';
import { type Client, type PlaygroundApp, playgroundApp } from '../playground-app.ts';
import { FIXES, NO_WORK } from './fixes.ts';

const EVERYDAY = ['lost-update'];
const challenges = readChallenges();
const slugs = challenges.map(({ slug }) => slug).filter((slug) => ALL || EVERYDAY.includes(slug));

let app: PlaygroundApp;
let browser: Client;
beforeAll(async () => {
  app = await playgroundApp();
  browser = await app.browser();
});
afterAll(() => app.close());

const found = (slug: string) => {
  const challenge = challenges.find((one) => one.slug === slug);
  if (challenge === undefined) throw new Error(`There is no challenge ${slug}.`);
  return challenge;
};

/** Presses Run on the page of a challenge, with these changes. Resolves with the address of its search when that has ended. */
async function searched(slug: string, changes: Record<string, string> = {}): Promise<string> {
  const page = await (await browser.get(`/challenges/${slug}`)).text();
  const code = elements(page, 'textarea')[0]?.text ?? '';
  const response = await browser.submit('/runs', { ...formFields(page), code, ...changes });
  expect(response.status, await response.clone().text()).toBe(303);
  const family = response.headers.get('location') ?? '';
  await expect.poll(() => statusOf(family), { timeout: 100_000, interval: 250 }).not.toBe(null);
  return family;
}
const json = async (path: string) => (await browser.get(`${path}.json`)).json();
const statusOf = async (family: string) => (await json(family)).status;
const edited = (slug: string, job: string) => `${job}\n\n${found(slug).check}`;

test('readChallenges: each program ends with a check, and each has its fix here', () => {
  for (const { slug, check, program, jobs } of challenges) {
    expect(check).toMatch(/^\/\/ Leave the check as it is\.\nexport function check\(/);
    expect(program.endsWith(check)).toBe(true);
    expect(jobs).toBeLessThanOrEqual(3);
    expect(Object.keys(FIXES)).toContain(slug);
  }
});

describe.each(slugs)('the challenge %s', { timeout: 120_000 }, (slug) => {
  it('fails in some of its orders, and the page leads to one', async () => {
    const family = await searched(slug);
    const { challenge, searches } = await json(family);
    expect(challenge).toMatchObject({ is: 'breaks' });
    expect(challenge.failing).toBeGreaterThan(0);
    expect(challenge.failing).toBeLessThan(challenge.orders);
    expect(searches).toMatchObject([{ mode: 'threads', isComplete: true }]);
    // What went wrong comes first, with the fewest preemptions before all.
    const [{ outcomes }] = searches;
    expect(outcomes[0]).toMatchObject({ isFailing: true, switches: found(slug).fewest });
    const page = await (await browser.get(family)).text();
    expect(page).toContain('This program fails in');
    expect(page).not.toContain('data-solves');
  });

  it('is fixed by a program that never fails, and says what that costs', async () => {
    const { job, overlaps } = FIXES[slug] ?? { job: '', overlaps: false };
    const family = await searched(slug, { code: edited(slug, job) });
    const { challenge } = await json(family);
    expect(challenge).toMatchObject({ is: 'fixed' });
    // A search that is reduced, as where there is too little time for all orders, does not measure it.
    if (challenge.overlap) expect(challenge.overlap.orders > 0).toBe(overlaps);
    expect(await (await browser.get(family)).text()).toContain(`data-solves="${slug} fix"`);
  });

  it('is not fixed by a program that does not do the work', async () => {
    const { challenge } = await json(await searched(slug, { code: edited(slug, NO_WORK) }));
    expect(challenge).toMatchObject({ is: 'still-fails' });
    expect(challenge.failing).toBe(challenge.orders);
  });
});
