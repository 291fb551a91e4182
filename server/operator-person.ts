/** What is stored about one person: for the operator to show to them, and to delete. See operator.ts. */

import { readCode } from './rooms/codes.ts';
import { isNamed } from './routes/person.ts';
import type { RoomStore } from './store/rooms.ts';
import { DamagedError, type Seat, type Store } from './store/store.ts';
import { shownText } from './words/shown-text.ts';
import { count } from './words/units.ts';

/** What was asked for is not possible; the message says why. */
export class RefusedError extends Error {}

type Stored = Store & { rooms: RoomStore };

/** Where it is: see operator-place.ts. */
type Source = { store: Stored; where: string; forgetUse(person: string): Promise<void> };

/** A place in a room. */
type Place = Seat & { code: string; name: string };

/** All that is stored about somebody. */
export type Person = {
  /** How the operator named them. */
  who: string;
  /** Whose all of it is; null if they are named as a member of a room, where the rest may be another's. */
  person: string | null;
  /** Ids of runs, and of series, which stand for their runs. */
  ids: string[];
  places: Place[];
  /** The network whose clients without a cookie made the runs; null if it was a browser with one. */
  network: string | null;
};

/** Returns the id in a link, or the text itself. */
export function idIn(given: string): string {
  return /(?:^|\/)(?:runs|families)\/([\w-]{21})(?![\w-])/.exec(given)?.[1] ?? given;
}

/**
 * Finds the person who made the run or series `given`; with `name`, the member of the room `given`. Rejects with
 * `RefusedError` if there is none.
 */
export async function personAt(source: Source, given: string, name?: string): Promise<Person> {
  if (name !== undefined) return memberAt(source, given, name);
  const { store, where } = source;
  const id = idIn(given);
  const made = (await readable(store.get(id))) ?? (await readable(store.family(id)));
  if (made === null)
    throw new RefusedError(`There is no run or series with the id ${shownText(id)} in ${where}.`);
  const { person } = made;
  const places = (await placesIn(store)).filter((place) => place.person === person);
  const network = isNamed(person) ? null : person.replace(/^at /, '');
  return { who: `the maker of ${id}`, person, ids: await store.idsOf({ person }), places, network };
}

async function memberAt({ store, where }: Source, typed: string, name: string): Promise<Person> {
  const code = readCode(typed);
  const inRoom = (await placesIn(store)).filter((place) => place.code === code);
  const found =
    inRoom.find((place) => place.name === name) ??
    inRoom.find((place) => place.name.toLowerCase() === name.toLowerCase()) ??
    inRoom.find((place) => String(place.member) === name);
  if (!found)
    throw new RefusedError(
      `There is no member ${shownText(name)} of a room ${shownText(typed)} in ${where}.`,
    );
  return {
    who: `${shownText(found.name)} in room ${found.code}`,
    person: null,
    ids: await store.idsOf({ room: found.room, member: found.member }),
    places: [found],
    network: null,
  };
}

/** Returns all places in all rooms, with who has them. */
async function placesIn({ rooms }: Stored): Promise<(Place & { person: string })[]> {
  const places = [];
  for (const { id, code } of await rooms.allRooms())
    for (const { number, name, person } of await rooms.membersOf(id))
      places.push({ room: id, member: number, code, name, person });
  return places;
}

/** Prints what is stored about somebody. */
export async function showPerson(
  store: Stored,
  person: Person,
  print: (line: string) => void,
): Promise<void> {
  const { who, ids, places, network } = person;
  print(`About ${who}: ${summaryOf(person)}`);
  if (network !== null)
    print(`Made without a cookie, from the network address ${shownText(network)}, which others may share.`);
  for (const { code, name, room, member } of places) {
    print(`  room ${code}: the name ${shownText(name)}`);
    for (const { text } of (await store.rooms.explanationsOf(room)).filter((one) => one.member === member))
      print(`    explained: ${shownText(text)}`);
    const answers = (await store.rooms.answersOf(room)).filter((one) => one.member === member);
    if (answers.length > 0) print(`    ${count(answers.length, 'answer')}`);
  }
  for (const id of ids)
    print(`  ${(await readable(store.family(id))) === null ? '/runs' : '/families'}/${id}`);
}

/**
 * Deletes all that is stored about somebody. `remove` deletes runs and series. Rejects with `RefusedError` if others may
 * have made them, too.
 */
export async function forget(
  { store, forgetUse }: Source,
  person: Person,
  print: (line: string) => void,
  remove: (ids: readonly string[]) => Promise<void>,
): Promise<void> {
  const { who, ids, places, network } = person;
  if (network !== null)
    throw new RefusedError(
      `It was made without a cookie, from the network address ${shownText(network)}, which others may share. Delete such runs one by one: npm run runs -- person lists them.`,
    );
  for (const { room, member } of places) await store.rooms.removeMember(room, member);
  await remove(ids);
  if (person.person !== null) await forgetUse(person.person);
  print(`Deleted all about ${who}: ${summaryOf(person)} Copies in backups stay until you delete those.`);
}

function summaryOf({ ids, places }: Person): string {
  return `${count(ids.length, 'run')} or series, ${count(places.length, 'place')} in rooms.`;
}

/** Returns null for what is damaged: nothing is known about whose it is. */
async function readable<T>(finding: Promise<T>): Promise<T | null> {
  return finding.catch((error) => {
    if (error instanceof DamagedError) return null;
    throw error;
  });
}
