/** Fair use: limits per person, and per address for many people together. Time is the test's own. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FairUse, type FairUseLimits, personAt, type User } from '../../../server/runs/admission/fair-use.ts';
import { LocalAllowances } from '../../../server/runs/admission/local-allowances.ts';
import { BusyError } from '../../../server/runs/admission/places.ts';

const LIMITS: FairUseLimits = {
  runsAtOnce: 3,
  runsPerMinute: 6,
  cpuSecondsPerHour: 60,
  peoplePerAddress: 4,
  countsAddresses: true,
};
const ann: User = { person: 'ann', network: '192.0.2.1' };

let nowMs = 0;
let allowances: LocalAllowances;
let fairUse: FairUse;
beforeEach(() => {
  nowMs = 1000;
  allowances = new LocalAllowances(() => nowMs);
  fairUse = new FairUse(LIMITS, allowances);
});

/** Returns the error of a call that is refused. */
async function refused(call: () => unknown): Promise<BusyError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof BusyError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

/** Starts a run and ends it. */
const runOnce = async (user: User) => (await fairUse.enter(user)).leave();
/** Compiles a program in so many ms. */
const compile = (user: User, ms: number) => fairUse.compile(user, async (took) => took(ms));
/** Returns the `n`th person at an address. */
const person = (n: number, network = '192.0.2.1'): User => ({ person: `person ${n}`, network });

describe('FairUse.enter', () => {
  it('enter: refuses more runs at once than allowed, until one ends', async () => {
    const uses = await Promise.all([1, 2, 3].map(() => fairUse.enter(ann)));
    const error = await refused(() => fairUse.enter(ann));
    expect(error.message).toBe('You already have 3 runs waiting or under way.');
    expect(error).toMatchObject({ isOwn: true, retryAfterSeconds: 5 });
    uses[0]?.leave();
    // Once, however often it is called.
    uses[0]?.leave();
    await fairUse.enter(ann);
    await refused(() => fairUse.enter(ann));
    nowMs += 3 * 3_600_000;
    await refused(() => fairUse.enter(ann));
  });

  it('enter: refuses more runs a minute than allowed, and takes one again after the time it says', async () => {
    for (let n = 0; n < 6; n++) await runOnce(ann);
    const error = await refused(() => runOnce(ann));
    expect(error.message).toBe('You may start 6 runs a minute.');
    expect(error.retryAfterSeconds).toBe(10);
    nowMs += 1000 * error.retryAfterSeconds - 1;
    await refused(() => runOnce(ann));
    nowMs += 1;
    await runOnce(ann);
    await refused(() => runOnce(ann));
  });

  it('enter: refuses a person whose runs used the computing time of an hour, until enough has come back', async () => {
    const use = await fairUse.enter(ann);
    use.compute(30_000);
    (await fairUse.enter(ann)).leave();
    use.compute(90_000);
    use.leave();
    const error = await refused(() => fairUse.enter(ann));
    expect(error.message).toBe('You may use 1 min of computing time an hour.');
    // Twice the limit was used: 60 s are owed, and one must be free.
    expect(error.retryAfterSeconds).toBe(61 * 60);
    nowMs += 1000 * error.retryAfterSeconds;
    await fairUse.enter(ann);
  });

  it('enter: computing time is never given back', async () => {
    const use = await fairUse.enter(ann);
    use.compute(60_000);
    use.compute(-60_000);
    await refused(() => fairUse.enter(ann));
  });

  it('enter: one person’s limits are no other’s', async () => {
    for (let n = 0; n < 6; n++) await runOnce(ann);
    (await fairUse.enter({ ...ann, person: 'bob' })).compute(50_000);
    await refused(() => runOnce(ann));
    for (let n = 0; n < 5; n++) await runOnce({ ...ann, person: 'bob' });
  });

  it('enter: people at one address have a generous limit together', async () => {
    for (let n = 0; n < 24; n++) await runOnce(person(n));
    const error = await refused(() => runOnce(person(24)));
    expect(error.message).toBe('You and others at your network address may start 24 runs a minute.');
    await runOnce(person(24, '192.0.2.2'));
  });

  it('enter: an address counts for people with a cookie only behind a trusted proxy', async () => {
    fairUse = new FairUse({ ...LIMITS, countsAddresses: false }, allowances);
    for (let n = 0; n < 60; n++) await runOnce(person(n));
    // Clients without a cookie share one account in any case.
    const nameless = { person: personAt('192.0.2.1'), network: '192.0.2.1' };
    for (let n = 0; n < 24; n++) await runOnce(nameless);
    await refused(() => runOnce(nameless));
    await runOnce(person(0));
  });

  it('enter: a run that is refused counts towards nothing', async () => {
    for (let n = 0; n < 3; n++) await fairUse.enter(ann);
    for (let n = 0; n < 50; n++) await refused(() => fairUse.enter(ann));
    for (let n = 0; n < 12; n++) await compile(ann, 0);
    await refused(() => compile(ann, 0));
  });
});

describe('Use.check', () => {
  /** Enters a run, and returns whether it is refused beside others. */
  async function isRefused(user: User, others: User[], limits = LIMITS): Promise<string | null> {
    const use = await new FairUse(limits, allowances, false).enter(user);
    try {
      use.check(others);
      return null;
    } catch (error) {
      if (error instanceof BusyError && error.isOwn) return error.message;
      throw error;
    } finally {
      use.leave();
    }
  }
  const bob = { person: 'bob', network: null };

  it('check: refuses a person with too many runs at once on all servers together', async () => {
    expect(await isRefused(ann, [ann, ann, bob, bob, bob])).toBe(null);
    expect(await isRefused(ann, [ann, ann, ann])).toBe('You already have 3 runs waiting or under way.');
    // A server alone has counted them itself.
    (await fairUse.enter(ann)).check([ann, ann, ann]);
  });

  it('check: so many at an address have their limit together, if addresses count', async () => {
    const near = Array.from({ length: 12 }, (_, n) => person(n));
    expect(await isRefused(ann, near)).toBe(
      'You and others at your network address already have 12 runs waiting or under way.',
    );
    expect(await isRefused(ann, near.slice(1))).toBe(null);
    expect(await isRefused(ann, near, { ...LIMITS, countsAddresses: false })).toBe(null);
    const nameless = { person: personAt('192.0.2.1'), network: '192.0.2.1' };
    expect(await isRefused(nameless, near, { ...LIMITS, countsAddresses: false })).toBe(null);
    expect(await isRefused(nameless, Array(12).fill(nameless))).toMatch(/^You and others/);
  });

  it('check: a run that is refused counts towards nothing', async () => {
    for (let n = 0; n < 20; n++) expect(await isRefused(ann, [ann, ann, ann])).not.toBe(null);
    for (let n = 0; n < 6; n++) expect(await isRefused(ann, [])).toBe(null);
    await refused(() => isRefused(ann, []));
  });

  it('executing: computing time counts for the person and the address, wherever the run was submitted', async () => {
    const { compute, leave } = fairUse.executing(ann);
    compute(200_000);
    leave();
    expect((await refused(() => fairUse.enter(ann))).message).toMatch(/^You may use 1 min/);
    fairUse.executing(person(1)).compute(40_000);
    expect((await refused(() => fairUse.enter(person(2)))).message).toMatch(/^You and others .* 4 min/);
  });
});

describe('FairUse.compile', () => {
  it('compile: many at once are no more than one after the other, and what was compiled before counts nothing', async () => {
    for (let n = 0; n < 50; n++) await fairUse.compile(ann, async () => {});
    const all = await Promise.allSettled(Array.from({ length: 50 }, () => compile(ann, 0)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(24);
  });

  it('compile: counts a little, and more if it takes long', async () => {
    for (let n = 0; n < 24; n++) await compile(ann, 0);
    expect((await refused(() => compile(ann, 0))).message).toBe(
      'You have sent too many programs within a minute.',
    );
    await compile({ ...ann, person: 'bob' }, 0);
    nowMs += 60_000;
    await compile(ann, 1000);
    // A second counted as forty runs: all six, and 34 that are owed.
    expect((await refused(() => compile(ann, 0))).retryAfterSeconds).toBe(343);
  });
});

describe('FairUse.report', () => {
  it('report: ten in an hour', async () => {
    for (let n = 0; n < 10; n++) await fairUse.report(ann);
    expect((await refused(() => fairUse.report(ann))).message).toBe('You have sent many reports.');
    nowMs += 6 * 60_000;
    await fairUse.report(ann);
  });
});
