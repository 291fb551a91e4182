/** The wall of a large room: every tile comes, and no reader is sent more than it may be. */
import { expect, it, vi } from 'vitest';
import type { Room } from '../../server/rooms/room.ts';
import { Wall } from '../../server/rooms/wall.ts';
import type { RunRecord } from '../../server/runs/execution.ts';
import { PublishedLog } from '../../server/runs/log/published-log.ts';
import { recordedRuns } from '../recorded/read.ts';

it('Wall: a hundred tiles come in turns of 30 kilobytes, and then only those that change', async () => {
  const [long] = recordedRuns().sort((a, b) => b.events.length - a.events.length);
  const lines = (long?.events ?? []).map((event) => JSON.stringify(event));
  const members = Array.from({ length: 100 }, (_, i) => ({ number: i + 1, run: `run ${i + 1}` }));
  const logs = new Map(members.map(({ run }) => [run, new PublishedLog(lines.slice(0, 200))]));
  const room = { members, member: (number: number) => members[number - 1] ?? null } as unknown as Room;
  const wall = new Wall(room, {
    get: async (id: string) => ({ id, log: logs.get(id), spec: { code: '' } }) as unknown as RunRecord,
  });
  const reader = wall.read();
  const seen = new Set<number>();
  let most = 0;
  const read = () => {
    const sent = reader.changed();
    most = Math.max(most, sent.join(',').length);
    for (const tile of sent) seen.add(JSON.parse(tile).member);
    return sent.length;
  };
  await expect.poll(() => read() === 0 && seen.size).toBe(100);
  expect(most).toBeLessThanOrEqual(30_000);

  logs.get('run 7')?.publish(lines.slice(200));
  seen.clear();
  await expect.poll(() => read() === 0 && seen.size).toBe(1);
  expect([...seen]).toEqual([7]);
  reader.close();
});

it('Wall: a run that cannot be read at first has its tile once it can', async () => {
  const [first] = recordedRuns();
  const log = new PublishedLog((first?.events ?? []).map((event) => JSON.stringify(event)));
  const member = { number: 1, run: 'run 1' };
  const room = { members: [member], member: () => member } as unknown as Room;
  let tries = 0;
  const get = async (id: string) => {
    tries++;
    if (tries === 1) throw new Error('The disk does not answer.');
    return { id, log, spec: { code: '' } } as unknown as RunRecord;
  };
  vi.useFakeTimers();
  const reader = new Wall(room, { get }).read();
  await vi.advanceTimersByTimeAsync(1500);
  expect([tries, reader.changed()]).toEqual([1, []]);
  await vi.advanceTimersByTimeAsync(1500);
  expect(reader.changed()).toHaveLength(1);
  reader.close();
  vi.useRealTimers();
});
