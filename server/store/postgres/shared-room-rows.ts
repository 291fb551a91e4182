/** What is read of rooms that other servers change, too. Each statement sees one state of a room. */
import { z } from 'zod';
import type { RoomContent } from '../shared-rooms.ts';
import { answerRow, explanationRow, latestRow, memberRow, readRows, roomRow } from './room-rows.ts';

/** How long a teacher counts as looking along with a member after the last sign of their server, in seconds. */
const JOINED_SECONDS = 15;

const RUNS = 'coalesce((select max(entry) from runs where runs.room = rooms.id), 0)';
const list = (rows: string) => `coalesce((select json_agg(one) from (${rows}) as one), '[]')`;
const ms = (interval: string) => `coalesce(round(extract(epoch from ${interval}) * 1000), 0)`;

/** Of teachers at several servers who look along with one member, the last to begin counts. */
const LOOKS = list(`select distinct on (joined.member) joined.member, joined.run, joined.session, latest.look,
    ${ms('latest.looked_at')} as at, greatest(0, ${ms('clock_timestamp() - latest.looked_at')}) as "agoMs"
  from room_looks as joined
  left join room_looks as latest on latest.room = joined.room and latest.member = joined.member
    and latest.run = joined.run and latest.look is not null
  where joined.room = rooms.id
    and (joined.member = 0 or joined.seen_at > now() - interval '${JOINED_SECONDS} s')
  order by joined.member, joined.joined_at desc, latest.looked_at desc nulls last`);

/** See `SharedRooms.glance`. */
export const GLANCE = `select id, version, ${RUNS} as runs, ${LOOKS} as looks from rooms`;

/** See `SharedRooms.load`; `$1` is the room, `$2` the version. */
export const LOAD = `select
  id, code, key, teacher_key as "teacherKey", created_at as "createdAt", expires_at as "expiresAt", state, version,
  ${RUNS} as runs,
  ${list(`select number, person, name, joined_at as "joinedAt", shows_name as "showsName", hand_at as "handAt",
      hand_run as "handRun"
    from members where room = rooms.id order by number`)} as members,
  ${list(`select distinct on (member) member, id from runs
    where room = rooms.id and member is not null and hidden is null order by member, entry desc`)} as "latestRuns",
  ${list(`select round, vote, member, choice from answers
    where room = rooms.id and version > $2`)} as answers,
  ${list(`select round, member, text, is_shown as "isShown" from explanations
    where room = rooms.id and version > $2 order by version`)} as explanations
  from rooms where id = $1`;

const storedLook = z.object({
  run: z.string(),
  look: z.string(),
  isPlaying: z.boolean(),
  from: z.string(),
});
/** A view is stored as JSON. */
const lookJson = z.string().transform((json, context) => {
  try {
    return storedLook.parse(JSON.parse(json));
  } catch {
    context.addIssue('This is no view.');
    return z.NEVER;
  }
});
const lookRow = z.object({
  member: z.int(),
  run: z.string(),
  session: z.string().nullable(),
  look: lookJson.nullable(),
  at: z.number(),
  agoMs: z.number(),
});
const looks = z.array(lookRow).catch([]);
export const glanceRow = z.object({ id: z.string(), version: z.int(), runs: z.int(), looks });

const rows = z.array(z.unknown());
export const contentRow = roomRow.extend({
  version: z.int(),
  runs: z.int(),
  members: rows,
  latestRuns: rows,
  answers: rows,
  explanations: rows,
});

/** Returns what a room holds. */
export function toContent(row: z.infer<typeof contentRow>): RoomContent {
  const { version, runs, members, latestRuns, answers, explanations, ...room } = row;
  const { id } = room;
  const latest = readRows(`runs of room ${id}`, latestRow, latestRuns);
  return {
    room,
    version,
    runs,
    members: readRows(`members of room ${id}`, memberRow, members),
    latestRuns: new Map(latest.map(({ member, id }) => [member, id])),
    answers: readRows(`answers of room ${id}`, answerRow, answers),
    explanations: readRows(`explanations of room ${id}`, explanationRow, explanations),
  };
}
