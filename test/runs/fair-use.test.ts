/** Fair use: limits per person, and per address for many people together. Time is the test's own. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FairUse, type FairUseLimits, personAt, type User } from '../../server/runs/fair-use.ts';
import { BusyError } from '../../server/runs/places.ts';

const LIMITS: FairUseLimits = {
  runsAtOnce: 3,
  runsPerMinute: 6,
  cpuSecondsPerHour: 60,
  peoplePerAddress: 4,
  countsAddresses: true,
};
const ann: User = { person: 'ann', network: '192.0.2.1' };

let nowMs = 0;
let fairUse: FairUse;
beforeEach(() => {
  nowMs = 1000;
  fairUse = new FairUse(LIMITS, () => nowMs);
});

/** Returns the error of a call that is refused. */
function refused(call: () => unknown): BusyError {
  try {
    call();
  } catch (error) {
    if (error instanceof BusyError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

/** Starts a run and ends it. */
const runOnce = (user: User) => fairUse.enter(user).leave();
/** Returns the `n`th person at an address. */
const person = (n: number, network = '192.0.2.1'): User => ({ person: `person ${n}`, network });

describe('FairUse.enter', () => {
  it('enter: refuses more runs at once than allowed, until one ends', () => {
    const uses = [1, 2, 3].map(() => fairUse.enter(ann));
    const error = refused(() => fairUse.enter(ann));
    expect(error.message).toBe('You already have 3 runs waiting or under way.');
    expect(error).toMatchObject({ isOwn: true, retryAfterSeconds: 5 });
    uses[0]?.leave();
    // Once, however often it is called.
    uses[0]?.leave();
    fairUse.enter(ann);
    refused(() => fairUse.enter(ann));
  });

  it('enter: refuses more runs a minute than allowed, and takes one again after the time it says', () => {
    for (let n = 0; n < 6; n++) runOnce(ann);
    const error = refused(() => runOnce(ann));
    expect(error.message).toBe('You may start 6 runs a minute.');
    expect(error.retryAfterSeconds).toBe(10);
    nowMs += 1000 * error.retryAfterSeconds - 1;
    refused(() => runOnce(ann));
    nowMs += 1;
    runOnce(ann);
    refused(() => runOnce(ann));
  });

  it('enter: refuses a person whose runs used the computing time of an hour, until enough has come back', () => {
    const use = fairUse.enter(ann);
    use.compute(30_000);
    fairUse.enter(ann).leave();
    use.compute(90_000);
    use.leave();
    const error = refused(() => fairUse.enter(ann));
    expect(error.message).toBe('You may use 1 min of computing time an hour.');
    // Twice the limit was used: 60 s are owed, and one must be free.
    expect(error.retryAfterSeconds).toBe(61 * 60);
    nowMs += 1000 * error.retryAfterSeconds;
    fairUse.enter(ann);
  });

  it('enter: computing time is never given back', () => {
    const use = fairUse.enter(ann);
    use.compute(60_000);
    use.compute(-60_000);
    refused(() => fairUse.enter(ann));
  });

  it('enter: one person’s limits are no other’s', () => {
    for (let n = 0; n < 6; n++) runOnce(ann);
    fairUse.enter(ann.network === null ? ann : { ...ann, person: 'bob' }).compute(50_000);
    refused(() => runOnce(ann));
    for (let n = 0; n < 5; n++) runOnce({ ...ann, person: 'bob' });
  });

  it('enter: people at one address have a generous limit together', () => {
    for (let n = 0; n < 24; n++) runOnce(person(n));
    const error = refused(() => runOnce(person(24)));
    expect(error.message).toBe('You and others at your network address may start 24 runs a minute.');
    runOnce(person(24, '192.0.2.2'));
  });

  it('enter: an address counts for people with a cookie only behind a trusted proxy', () => {
    fairUse = new FairUse({ ...LIMITS, countsAddresses: false }, () => nowMs);
    for (let n = 0; n < 60; n++) runOnce(person(n));
    // Clients without a cookie share one account in any case.
    const nameless = { person: personAt('192.0.2.1'), network: '192.0.2.1' };
    for (let n = 0; n < 24; n++) runOnce(nameless);
    refused(() => runOnce(nameless));
    runOnce(person(0));
  });

  it('enter: a run that is refused counts towards nothing', () => {
    for (let n = 0; n < 3; n++) fairUse.enter(ann);
    for (let n = 0; n < 50; n++) refused(() => fairUse.enter(ann));
    for (let n = 0; n < 12; n++) fairUse.compile(ann)(0);
    refused(() => fairUse.compile(ann));
  });
});

describe('FairUse', () => {
  it('FairUse: forgets people and addresses once it makes no difference, but not while they have runs', () => {
    const use = fairUse.enter(ann);
    use.compute(60_000);
    runOnce(person(1, '192.0.2.9'));
    expect(fairUse.size).toBe(4);
    nowMs += 2 * 60_000;
    runOnce(person(2, '192.0.2.9'));
    // Ann has used all computing time, her address a quarter of its own.
    expect(fairUse.size).toBe(4);
    nowMs += 60 * 60_000;
    runOnce(person(3, '192.0.2.9'));
    expect(fairUse.size).toBe(4);
    use.leave();
    nowMs += 2 * 60_000;
    runOnce(person(3, '192.0.2.9'));
    expect(fairUse.size).toBe(2);
  });
});

describe('FairUse.compile', () => {
  it('compile: counts a little, and more if it takes long', () => {
    for (let n = 0; n < 24; n++) fairUse.compile(ann)(0);
    expect(refused(() => fairUse.compile(ann)).message).toBe(
      'You have sent too many programs within a minute.',
    );
    expect(fairUse.compile({ ...ann, person: 'bob' })).toBeTypeOf('function');
    nowMs += 60_000;
    fairUse.compile(ann)(1000);
    // A second counted as forty runs: all six, and 34 that are owed.
    expect(refused(() => fairUse.compile(ann)).retryAfterSeconds).toBe(343);
  });
});

describe('FairUse.report', () => {
  it('report: ten in an hour', () => {
    for (let n = 0; n < 10; n++) fairUse.report(ann);
    expect(refused(() => fairUse.report(ann)).message).toBe('You have sent many reports.');
    nowMs += 6 * 60_000;
    fairUse.report(ann);
  });
});
