/** The runs of a room as one HTML file that replays them without a server. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { type ReplayRound, type ReplayRun, replayHead } from '../../views/room/replay.ts';
import type { Room } from '../rooms/room.ts';
import { questionOf } from '../rooms/round-question.ts';
import { sentence } from '../words/sentence.ts';
import type { Playground } from './playground.ts';
import { runsIn } from './room-runs.ts';
import { entryOf, loggedOf, timelineOf } from './view.ts';

/** About how large the runs in a file may be, in characters: browsers have to read all of it. */
const MOST_CHARACTERS = 64 * 2 ** 20;

const deflate = promisify(zlib.deflateRaw);

/** Yields the file. Only one run is in memory at a time. */
export async function* roomHtml(playground: Playground, room: Room): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { built, lessons } = playground;
  const encoder = new TextEncoder();
  const asset = built.assets.get(built.page.style.replace('/static/', ''));
  const style = new TextDecoder().decode(asset?.body);
  // It loads nothing, and runs no script but its own, whatever somebody has written into a name or a program.
  const policy = `default-src 'none'; img-src data:; style-src ${hashOf(style)}; script-src ${hashOf(built.offline)}`;
  yield encoder.encode(
    String(await replayHead(room.code, new Date(), roundsOf(playground, room), { style, policy })),
  );
  let characters = 0;
  const left = { out: 0 };
  for await (const { run, name, nth } of runsIn(playground, room, left)) {
    if (characters > MOST_CHARACTERS) {
      left.out++;
      continue;
    }
    const timeline = await timelineOf(run.log);
    const entry = entryOf(lessons, run.spec);
    const { pools, spanMs } = loggedOf(run, playground);
    const packed = await deflate(run.log.after(0).join('\n'));
    const replay: ReplayRun = {
      ...{ id: run.id, name, nth, made: run.createdAt, title: entry?.title ?? run.spec.lesson },
      ...{ headline: sentence(timeline, entry?.claim), spec: { ...run.spec, code: '' } },
      ...{ code: entry?.program ?? run.spec.code, pools, spanMs, events: packed.toString('base64') },
    };
    const text = `<script type="application/json" class="run">${inScript(replay)}</script>\n`;
    characters += text.length;
    yield encoder.encode(text);
  }
  if (left.out > 0) yield encoder.encode(`<p>${left.out} more runs are not in this file.</p>\n`);
  yield encoder.encode(`<script>${built.offline}</script>\n</body>\n</html>\n`);
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Returns JSON that does not end the script that it is in. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function roundsOf({ lessons }: Playground, room: Room): ReplayRound[] {
  const { state, answers } = room;
  return state.rounds.map((round) => {
    const { question = '', choices = [] } = questionOf(lessons, round) ?? {};
    const counts = ([1, 2] as const).map((vote) => answers.counts(round.number, vote, choices.length));
    const explanations = answers
      .explanations(round.number)
      .map(({ member, text }) => ({ name: room.member(member)?.name ?? '', text }));
    return { number: round.number, question, choices, counts, explanations };
  });
}
