/** The playground's page as the members of a room open it: with the room's lesson or program. */
import type { Context } from 'hono';
import type { Room } from '../rooms/room.ts';
import { failure } from './failure.ts';
import { lessonValues, valuesOf } from './form-values.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { type PageContent, playgroundPage } from './playground-page.ts';
import { withinLimits } from './room-rules.ts';
import { lessonOf } from './view.ts';

/** Responds with the page of a room for one of its members. */
export async function roomPage(
  c: Context<Env>,
  playground: Playground,
  room: Room,
  more: Pick<PageContent, 'bar' | 'status'> = {},
): Promise<Response> {
  const given = await room.program();
  if (given) {
    const values = withinLimits(valuesOf({ ...given, seed: null }), room.state);
    return playgroundPage(c, playground, { ...more, values, room, start: room.state.program?.number ?? 0 });
  }
  const lesson = lessonOf(playground.lessons, room.state.lesson) ?? playground.lessons[0];
  if (!lesson) return failure(c, playground, 404, 'There are no lessons here.');
  const values = withinLimits(lessonValues(lesson, playground.health.offered(false)), room.state);
  return playgroundPage(c, playground, { ...more, values, room });
}
