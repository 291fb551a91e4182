/** Logs of ended runs: read from the store once for all readers at the same time. */
import { describe, expect, it, vi } from 'vitest';
import { PublishedLog } from '../../../server/runs/log/published-log.ts';
import { StoredLogs } from '../../../server/runs/log/stored-logs.ts';
import { run } from '../../store/stored.ts';

const ended = run('a', { status: 'completed' });
const START = '{"seq":1,"pass":null,"atMs":0,"type":"run-started"}';
const END = '{"seq":2,"pass":null,"atMs":1,"type":"run-ended","status":"completed","error":null}';

describe('StoredLogs', () => {
  it('of: requests while a log is read from the store share it, and it is read once', async () => {
    const lines = vi.fn(async () => [START, END]);
    const logs = new StoredLogs({ lines });
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => logs.of(ended)));
    for (const other of [...others, await logs.of(ended)]) expect(other).toBe(first);
    expect(lines).toHaveBeenCalledOnce();
    expect(first?.after(0)).toEqual([START, END]);
    expect(first?.isEnded).toBe(true);
  });

  it('of: after a failure of the store, the next call reads again', async () => {
    const lines = vi.fn(async (): Promise<string[]> => {
      throw new Error('the connection was lost');
    });
    const logs = new StoredLogs({ lines });
    await expect(Promise.all([logs.of(ended), logs.of(ended)])).rejects.toThrow('lost');
    expect(lines).toHaveBeenCalledOnce();
    lines.mockResolvedValue([START, END]);
    expect((await logs.of(ended)).lastSeq).toBe(2);
  });

  it('share: readers get the log of a run that has just ended', async () => {
    const lines = vi.fn(async () => []);
    const logs = new StoredLogs({ lines });
    const log = new PublishedLog([START], true);
    logs.share('a', log);
    expect(await logs.of(ended)).toBe(log);
    expect(lines).not.toHaveBeenCalled();
  });

  it('of: a run without a saved end is interrupted', async () => {
    const logs = new StoredLogs({ lines: async () => [START] });
    const log = await logs.of(run('a'));
    expect(log.after(1).map((line) => JSON.parse(line))).toMatchObject([
      { seq: 2, type: 'run-ended', status: 'interrupted' },
    ]);
  });

  it.each([null, 'interrupted'] as const)(
    'of: with status %s, nothing follows the end of a run',
    async (status) => {
      const lines = [START, END, '{"seq":3,"pass":null,"atMs":1,"type":"run-queued","position":1}'];
      const logs = new StoredLogs({ lines: async () => lines });
      expect((await logs.of(run('a', { status }))).after(0)).toEqual([START, END]);
    },
  );

  it('of: an event of a later version is kept', async () => {
    const later = '{"seq":2,"pass":0,"atMs":1,"type":"from-the-future","lane":"?"}';
    const logs = new StoredLogs({ lines: async () => [START, later, END.replace('2', '3')] });
    expect((await logs.of(ended)).after(1)).toEqual([later, END.replace('2', '3')]);
  });

  it.each([
    'no JSON',
    '',
    'null',
    '[]',
    END.replace('"seq":2', '"seq":7'),
    END.replace('"completed"', '"done"'),
    END.replace('"atMs":1', '"atMs":"1"'),
    '{"seq":2,"pass":0,"atMs":1,"type":"job-started","lane":1}',
    '{"seq":2,"pass":0,"atMs":1,"type":"wait-started","lane":1e9,"job":0,"for":"sleep","on":""}',
  ])('of: a log is shown up to a damaged event (%s)', async (damaged) => {
    const logs = new StoredLogs({ lines: async () => [START, damaged, END.replace('2', '3')] });
    const log = await logs.of(ended);
    expect(log.after(0)[0]).toBe(START);
    expect(log.after(1).map((line) => JSON.parse(line))).toMatchObject([
      { seq: 2, type: 'run-ended', status: 'interrupted', error: expect.stringMatching(/damaged/) },
    ]);
  });
});
