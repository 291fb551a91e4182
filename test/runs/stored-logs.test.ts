/** Logs of ended runs: read from the store once for all readers at the same time. */
import { describe, expect, it, vi } from 'vitest';
import { PublishedLog } from '../../server/runs/published-log.ts';
import { StoredLogs } from '../../server/runs/stored-logs.ts';
import { run } from '../store/stored.ts';

const ended = run('a', { status: 'completed' });

describe('StoredLogs', () => {
  it('of: requests while a log is read from the store share it, and it is read once', async () => {
    const lines = vi.fn(async () => ['{"seq":1}']);
    const logs = new StoredLogs({ lines });
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => logs.of(ended)));
    for (const other of [...others, await logs.of(ended)]) expect(other).toBe(first);
    expect(lines).toHaveBeenCalledOnce();
    expect(first?.after(0)).toEqual(['{"seq":1}']);
    expect(first?.isEnded).toBe(true);
  });

  it('of: after a failure of the store, the next call reads again', async () => {
    const lines = vi.fn(async (): Promise<string[]> => {
      throw new Error('the connection was lost');
    });
    const logs = new StoredLogs({ lines });
    await expect(Promise.all([logs.of(ended), logs.of(ended)])).rejects.toThrow('lost');
    expect(lines).toHaveBeenCalledOnce();
    lines.mockResolvedValue(['{"seq":1}']);
    expect((await logs.of(ended)).lastSeq).toBe(1);
  });

  it('share: readers get the log of a run that has just ended', async () => {
    const lines = vi.fn(async () => []);
    const logs = new StoredLogs({ lines });
    const log = new PublishedLog(['{"seq":1}'], true);
    logs.share('a', log);
    expect(await logs.of(ended)).toBe(log);
    expect(lines).not.toHaveBeenCalled();
  });

  it('of: a run without a saved end is interrupted', async () => {
    const logs = new StoredLogs({ lines: async () => ['{"seq":1}'] });
    const log = await logs.of(run('a'));
    expect(log.after(1).map((line) => JSON.parse(line))).toMatchObject([
      { seq: 2, type: 'run-ended', status: 'interrupted' },
    ]);
  });

  it.each([null, 'interrupted'] as const)(
    'of: with status %s, nothing follows the end of a run',
    async (status) => {
      const lines = ['{"seq":1,"type":"run-ended"}', '{"seq":2,"type":"run-queued"}'];
      const logs = new StoredLogs({ lines: async () => lines });
      expect((await logs.of(run('a', { status }))).after(0)).toEqual(['{"seq":1,"type":"run-ended"}']);
    },
  );
});
