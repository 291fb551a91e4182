/** The contract of the rooms in a store: what was written survives a restart, and nothing is left of what was removed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_PROGRAMS, type RoomStore, type StoredRoom } from '../../server/store/rooms.ts';
import type { Store } from '../../server/store/store.ts';
import type { Place } from './contract.ts';
import { run } from './stored.ts';

/** A store that keeps rooms, too. */
type WithRooms = Store & { rooms: RoomStore };
type PlaceWithRooms = Omit<Place, 'open'> & { open(): Promise<WithRooms> };

const room = (id: string, part: Partial<StoredRoom> = {}): StoredRoom => ({
  id,
  code: id,
  key: `key of ${id}`,
  teacherKey: `teacher of ${id}`,
  createdAt: 1000,
  expiresAt: 2000,
  state: '{"lesson":"join"}',
  ...part,
});
const ann = { person: 'ann', name: 'Ann', joinedAt: 1100, showsName: true, handAt: null, handRun: null };
const bob = { person: 'bob', name: 'Bob', joinedAt: 1200, showsName: false, handAt: 1300, handRun: 'a run' };

/** Tests the contract of `RoomStore` for the store called `name`. */
export function roomContract(name: string, newPlace: () => Promise<PlaceWithRooms>): void {
  let place: PlaceWithRooms;
  let store: WithRooms;
  beforeEach(async () => {
    place = await newPlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  /** Looks at the rooms as the next server would. */
  async function restarted(look: (rooms: RoomStore) => Promise<void>): Promise<void> {
    const next = await place.open();
    await look(next.rooms).finally(() => next.close());
  }

  describe(`${name}: rooms`, () => {
    it('createRoom, addMember: are found by the next server, in order', async () => {
      const { rooms } = store;
      expect(await rooms.createRoom(room('b', { createdAt: 1001 }))).toBe(true);
      expect(await rooms.createRoom(room('a'))).toBe(true);
      expect(await rooms.addMember('a', ann)).toBe(1);
      expect(await rooms.addMember('a', bob)).toBe(2);
      expect(await rooms.addMember('b', ann)).toBe(1);
      await restarted(async (next) => {
        expect(await next.allRooms()).toEqual([room('a'), room('b', { createdAt: 1001 })]);
        expect(await next.membersOf('a')).toEqual([
          { number: 1, ...ann },
          { number: 2, ...bob },
        ]);
        expect(await next.membersOf('b')).toEqual([{ number: 1, ...ann }]);
      });
    });

    it('createRoom: a code that is taken is refused, and nothing changes', async () => {
      const { rooms } = store;
      await rooms.createRoom(room('a'));
      expect(await rooms.createRoom(room('c', { code: 'a' }))).toBe(false);
      expect(await rooms.allRooms()).toEqual([room('a')]);
      await rooms.removeRoom('a');
      expect(await rooms.createRoom(room('c', { code: 'a' }))).toBe(true);
    });

    it('addMember: nobody is in a room twice, and a number is not used again', async () => {
      const { rooms } = store;
      await rooms.createRoom(room('a'));
      await rooms.addMember('a', ann);
      await expect(rooms.addMember('a', { ...ann, name: 'Else' })).rejects.toThrow();
      await expect(rooms.addMember('nothing', ann)).rejects.toThrow();
      await rooms.addMember('a', bob);
      await rooms.removeMember('a', 2);
      expect(await rooms.addMember('a', bob)).toBe(3);
      expect((await rooms.membersOf('a')).map(({ number }) => number)).toEqual([1, 3]);
    });

    it('updateRoom, updateMember: change what they name, and nothing else', async () => {
      const { rooms } = store;
      await rooms.createRoom(room('a'));
      await rooms.addMember('a', ann);
      await rooms.addMember('a', bob);
      await rooms.updateRoom('a', { state: '{}', expiresAt: 3000 });
      await rooms.updateMember('a', 1, {
        name: "Ann ' or 1=1",
        handAt: 1400,
        handRun: 'b',
        showsName: false,
      });
      await rooms.updateMember('a', 9, { name: 'nobody' });
      await restarted(async (next) => {
        expect(await next.allRooms()).toEqual([room('a', { state: '{}', expiresAt: 3000 })]);
        expect(await next.membersOf('a')).toEqual([
          { number: 1, ...ann, name: "Ann ' or 1=1", handAt: 1400, handRun: 'b', showsName: false },
          { number: 2, ...bob },
        ]);
      });
    });

    it('latestRunsOf: the latest run of each member that is not hidden', async () => {
      const { rooms } = store;
      await rooms.createRoom(room('a'));
      await rooms.addMember('a', ann);
      await rooms.addMember('a', bob);
      const seat = (member: number) => ({ seat: { room: 'a', member } });
      // Before the clock was set back.
      await store.create(run('old', { createdAt: 9, ...seat(1) }));
      await store.create(run('new', { createdAt: 3, ...seat(1) }));
      await store.create(run('hidden', { createdAt: 4, ...seat(1) }));
      await store.create(run('other', { createdAt: 2, ...seat(2) }));
      await store.create(run('outside', { createdAt: 9 }));
      await store.hide('hidden', 'blocked');
      expect(await store.get('new')).toEqual(run('new', { createdAt: 3, ...seat(1) }));
      await restarted(async (next) => {
        expect(await next.latestRunsOf('a')).toEqual(
          new Map([
            [1, 'new'],
            [2, 'other'],
          ]),
        );
        expect(await next.latestRunsOf('b')).toEqual(new Map());
      });
    });

    it('runsOf: the latest runs of members, oldest first; not those that are hidden or of another room', async () => {
      const { rooms } = store;
      for (const id of ['a', 'b']) await rooms.createRoom(room(id));
      for (const member of [ann, bob]) await rooms.addMember('a', member);
      await rooms.addMember('b', ann);
      const seat = (member: number, id = 'a') => ({ seat: { room: id, member } });
      await store.create(run('oldest', { createdAt: 1, ...seat(1) }));
      await store.create(run('newest', { createdAt: 9, ...seat(1) }));
      await store.create(run('middle', { createdAt: 5, ...seat(2) }));
      await store.create(run('hidden', { createdAt: 6, ...seat(2) }));
      await store.create(run('elsewhere', { createdAt: 7, ...seat(1, 'b') }));
      await store.create(run('alone', { createdAt: 8 }));
      await store.hide('hidden', 'blocked');
      await restarted(async (next) => {
        const [first, ...rest] = await next.runsOf('a', 10);
        expect(first).toEqual({ id: 'oldest', member: 1 });
        expect(rest).toEqual([
          { id: 'middle', member: 2 },
          { id: 'newest', member: 1 },
        ]);
        expect(await next.runsOf('a', 2)).toEqual(rest);
      });
      await rooms.removeMember('a', 2);
      expect((await rooms.runsOf('a', 10)).map(({ id }) => id)).toEqual(['oldest', 'newest']);
    });

    it('answer, explain: the latest of each member, of the members and the room that are there', async () => {
      const { rooms } = store;
      await rooms.createRoom(room('a'));
      await rooms.addMember('a', ann);
      await rooms.addMember('a', bob);
      await rooms.answer('a', { round: 1, vote: 2, member: 1, choice: 0 });
      await rooms.answer('a', { round: 1, vote: 1, member: 2, choice: 1 });
      await rooms.answer('a', { round: 1, vote: 1, member: 1, choice: 2 });
      await rooms.answer('a', { round: 1, vote: 1, member: 1, choice: 3 });
      await rooms.explain('a', { round: 1, member: 1, text: 'first', isShown: false });
      await rooms.explain('a', { round: 1, member: 1, text: 'last', isShown: true });
      await rooms.explain('a', { round: 1, member: 2, text: '\u2028', isShown: false });
      await expect(rooms.answer('a', { round: 1, vote: 1, member: 9, choice: 0 })).rejects.toThrow();
      await restarted(async (next) => {
        expect(await next.answersOf('a')).toEqual([
          { round: 1, vote: 1, member: 1, choice: 3 },
          { round: 1, vote: 1, member: 2, choice: 1 },
          { round: 1, vote: 2, member: 1, choice: 0 },
        ]);
        expect(await next.explanationsOf('a')).toEqual([
          { round: 1, member: 1, text: 'last', isShown: true },
          { round: 1, member: 2, text: '\u2028', isShown: false },
        ]);
      });
      await rooms.removeMember('a', 1);
      expect(await rooms.answersOf('a')).toEqual([{ round: 1, vote: 1, member: 2, choice: 1 }]);
      await rooms.removeRoom('a');
      expect(await rooms.explanationsOf('a')).toEqual([]);
    });

    it('addProgram, program: numbered from 1 in each room, the latest 20 are kept, and go with the room', async () => {
      const { rooms } = store;
      await rooms.createRoom(room('a'));
      await rooms.createRoom(room('b'));
      for (let n = 1; n <= MAX_PROGRAMS + 1; n++) expect(await rooms.addProgram('a', `'${n}`)).toBe(n);
      expect(await rooms.addProgram('b', 'other')).toBe(1);
      await expect(rooms.addProgram('nothing', '')).rejects.toThrow();
      await restarted(async (next) => {
        expect(await next.program('a', 1)).toBeNull();
        expect(await next.program('a', 2)).toBe("'2");
        expect(await next.program('a', MAX_PROGRAMS + 1)).toBe(`'${MAX_PROGRAMS + 1}`);
        expect(await next.program('b', 1)).toBe('other');
      });
      await rooms.removeRoom('a');
      expect(await rooms.program('a', 2)).toBeNull();
    });

    it('removeMember, removeRoom: nothing of them is left but their runs, which belong to no room', async () => {
      const { rooms } = store;
      await rooms.createRoom(room('a'));
      await rooms.addMember('a', ann);
      await rooms.addMember('a', bob);
      await store.create(run('of ann', { seat: { room: 'a', member: 1 } }));
      await store.create(run('of bob', { seat: { room: 'a', member: 2 } }));
      await rooms.removeMember('a', 1);
      expect(await rooms.membersOf('a')).toEqual([{ number: 2, ...bob }]);
      expect(await store.get('of ann')).toEqual(run('of ann'));
      await rooms.removeRoom('a');
      await restarted(async (next) => {
        expect(await next.allRooms()).toEqual([]);
        expect(await next.membersOf('a')).toEqual([]);
      });
      expect(await store.get('of bob')).toEqual(run('of bob'));
    });
  });
}
