/** Everything in a room as one file, for its teacher. */
import { type Context, Hono } from 'hono';
import { zipOf } from '../exports/archive.ts';
import type { Room } from '../rooms/room.ts';
import { publicUrlOf } from './address.ts';
import { Downloads } from './downloads.ts';
import { failure } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { languageOf } from './preferred-language.ts';
import { isTeacher } from './room-access.ts';
import { roomFiles } from './room-files.ts';
import { roomHtml } from './room-html.ts';

/** When to try again if too many downloads are under way, in seconds. */
const RETRY_SECONDS = 20;

/** Routes `/rooms/:code/export.zip` and `.html`. */
export function roomExportRoutes(playground: Playground): Hono<Env> {
  const routes = new Hono<Env>();
  const downloads = new Downloads();

  routes.get('/rooms/:code/export.zip', (c) =>
    answer(c, 'zip', 'application/zip', (room, site) =>
      zipOf(roomFiles(playground, room, { language: languageOf(c), site })),
    ),
  );

  routes.get('/rooms/:code/export.html', (c) =>
    answer(c, 'html', 'text/html; charset=utf-8', (room) => roomHtml(playground, room)),
  );

  async function answer(
    c: Context<Env>,
    ending: string,
    type: string,
    make: (room: Room, site: string) => AsyncGenerator<Uint8Array<ArrayBuffer>>,
  ) {
    const room = await playground.rooms.find(c.req.param('code') ?? '');
    if (!room || !isTeacher(c, room))
      return failure(c, playground, 404, 'There is no room to teach in at this address. It may have ended.');
    const headers = {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="room-${room.code}.${ending}"`,
    };
    if (c.req.method === 'HEAD') return c.body(null, 200, headers);
    const content = downloads.start(make(room, publicUrlOf(c, playground.settings)));
    if (content !== null) return c.body(content, 200, headers);
    c.header('Retry-After', String(RETRY_SECONDS));
    return failure(
      c,
      playground,
      503,
      `Too many rooms are being downloaded. Try again in ${RETRY_SECONDS} seconds.`,
    );
  }
  return routes;
}
