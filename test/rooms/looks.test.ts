/** Views that are shared in a room: the teacher's with the class, and a teacher's with one member. */
import { expect, it } from 'vitest';
import { readLook } from '../../server/figures/look-news.ts';
import { OwnLooks } from '../../server/rooms/looks.ts';
import { decide, following, left } from '../../static/room/following.ts';

const look = (part = {}) => ({ run: 'r1', look: 'view=1-2', isPlaying: false, from: 'page', ...part });

it('Looks: whoever begins is shown, until another teacher begins or it ends', () => {
  const looks = new OwnLooks();
  expect(looks.show('s1', look(), false, 0)).toBe(false);
  expect(looks.show('s1', look(), true, 1000)).toBe(true);
  expect(looks.show('s1', look({ look: 't=5', isPlaying: true }), false, 2000)).toBe(true);
  expect(looks.newsFor(null, 2500).shown).toEqual({
    ...look({ look: 't=5', isPlaying: true }),
    session: 's1',
    agoMs: 500,
  });
  expect(looks.show('s2', look({ run: 'r2' }), true, 3000)).toBe(true);
  expect(looks.show('s1', look(), false, 4000)).toBe(false);
  expect(looks.shown).toMatchObject({ run: 'r2', session: 's2' });
  looks.end('s1');
  expect(looks.shown).not.toBeNull();
  looks.end('s2');
  expect(looks.shown).toBeNull();
});

it('Looks: a teacher looks along with one member, while the page is open; nobody else hears of it', () => {
  const looks = new OwnLooks();
  let changes = 0;
  looks.onChange(() => changes++);
  expect(looks.showWith(1, look(), 0)).toBe(false);
  const [leave, leaveToo] = [looks.join(1, 'r1'), looks.join(1, 'r1')];
  expect(looks.showWith(1, look(), 0)).toBe(true);
  expect(looks.showWith(1, look({ run: 'r2' }), 0)).toBe(false);
  expect(looks.newsFor(1, 10).pair).toEqual({ run: 'r1', look: { ...look(), agoMs: 10 } });
  expect(looks.newsFor(2, 10).pair).toBeNull();
  leave();
  expect(looks.runWith(1)).toBe('r1');
  leaveToo();
  expect(looks.runWith(1)).toBeNull();
  expect(changes).toBe(4);
});

it.each([
  [{ run: 'r1', look: 'view=1-2.5&bar=1.3:2.7&t=3&show=arrows,path', plays: '1', from: 'p' }, true],
  [{ run: 'r1', look: '', from: 'p' }, true],
  [{ run: 'r1', look: '<b>', from: 'p' }, false],
  [{ run: 'r1', look: 'x'.repeat(301), from: 'p' }, false],
  [{ run: '../x', look: '', from: 'p' }, false],
  [{}, false],
])('readLook: %j is a view: %j', (fields, isLook) => {
  expect(readLook(new Map(Object.entries(fields))) !== null).toBe(isLook);
});

it('decide: a page goes to the run and follows, until its reader looks elsewhere', () => {
  const shown = { session: 's1', run: 'r1' };
  const at = following(shown);
  expect(decide('own', shown, null, false)).toEqual({ doing: 'go', kept: at });
  expect(decide('r1', shown, at, false)).toEqual({ doing: 'follow', kept: at });
  expect(decide('r1', shown, null, true)).toEqual({ doing: 'follow', kept: at });
  // Somebody who types is not taken away.
  expect(decide('own', shown, null, true)).toEqual({ doing: 'offer', kept: left(shown) });
  // Back, a link, or a run of one's own.
  expect(decide('own', shown, at, false)).toEqual({ doing: 'offer', kept: left(shown) });
  expect(decide(null, shown, at, false).doing).toBe('offer');
  // A touch of the view; a reload does not follow again, but the next time that the teacher switches it on.
  expect(decide('r1', shown, left(shown), false)).toEqual({ doing: 'offer', kept: left(shown) });
  expect(decide('r1', { session: 's2', run: 'r1' }, left(shown), false).doing).toBe('follow');
  // The teacher goes on to another run: those who follow go along, also those who were offline meanwhile.
  const next = { session: 's1', run: 'r2' };
  expect(decide('r1', next, at, false)).toEqual({ doing: 'go', kept: following(next) });
  expect(decide('r1', next, left(shown), false).doing).toBe('offer');
  expect(decide('r2', next, at, false).doing).toBe('follow');
});
