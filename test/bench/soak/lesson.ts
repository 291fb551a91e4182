/** A teacher with a class: a room with learners who start runs, its wall, and its end. */
import { messagesIn } from '../../event-stream.ts';
import type { Browser } from './browser.ts';
import { between, type Draw } from './draw.ts';

/** Most learners of a class. */
const MOST_LEARNERS = 4;
const SHORT = { jobs: 2, minSeconds: 0.05, maxSeconds: 0.4, work: 'wait', seed: 7 };

/**
 * Holds a lesson, each person with a browser of their own. Resolves with the addresses of the runs that were started.
 * Throws if the room's stream does not know each learner, or the room is still there after its end.
 */
export async function teach(newBrowser: () => Browser, draw: Draw): Promise<string[]> {
  const teacher = newBrowser();
  const opened = await teacher.submit('/rooms', { lesson: 'join' }, [303, 429]);
  if (opened.status !== 303) return [];
  const [, room = '', key = ''] =
    /^(\/rooms\/[A-Z]{4})\/teach\?key=(.+)$/.exec(opened.headers.get('location') ?? '') ?? [];
  const code = room.slice(-4);
  const runs: string[] = [];
  const learners = Array.from({ length: between(draw, 1, MOST_LEARNERS) }, (_, at) => `Learner ${at + 1}`);
  await Promise.all(
    learners.map(async (name) => {
      const learner = newBrowser();
      await learner.submit(`${room}/join`, { name, showsName: 1 }, [303]);
      await learner.get(`${room}/me`);
      const fields = {
        ...SHORT,
        lesson: 'join',
        modes: ['threads', 'event-loop'],
        runtime: 'node',
        room: code,
      };
      const { status, headers } = await learner.submit('/runs', fields, [303, 429, 503]);
      const run = headers.get('location')?.match(/\/runs\/[\w-]+/)?.[0];
      if (status === 303 && run) runs.push(run);
    }),
  );
  const news = await beginningOf(await teacher.open(`${room}/events?key=${key}`));
  for (const name of learners)
    if (!news.includes(name)) throw new Error(`${name} is not on the wall: ${news}`);
  await teacher.get(`${room}/teach?key=${key}`);
  if (draw() < 0.3) await teacher.submit(`${room}/stop?key=${key}`, {}, [303]);
  await teacher.submit(`${room}/end?key=${key}`, {}, [303]);
  await teacher.get(room, 404);
  return runs;
}

/** Resolves with who is in a room by its stream, and leaves it. */
async function beginningOf(stream: Response): Promise<string> {
  for await (const { event, data } of messagesIn(stream)) if (event === 'room') return data;
  throw new Error(`The stream of a room ended at once: ${stream.status}.`);
}
