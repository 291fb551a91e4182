/** Logs of runs that another server executes, over a real PostgreSQL. */
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { nextChunk } from '../../../server/runs/log/log.ts';
import type { RunLog } from '../../../server/runs/log/run-log.ts';
import { DeadServerError } from '../../../server/store/cluster.ts';
import { idsIn, payloadsOf } from '../../../server/store/postgres/channels.ts';
import { migrate } from '../../../server/store/postgres/schema.ts';
import { hasPostgres, newTestDatabase, startPostgres } from '../../postgres.ts';
import { ended, eventsOf, line, readAll, seqs, upTo } from '../../runs/log/written-log.ts';
import { addRuns, runnerOf, webOf } from './log-servers.ts';

/** Writes `count` events, some at once, some apart, and ends the log. */
async function writeSlowly(log: RunLog, count: number, finish: () => Promise<void>): Promise<void> {
  for (let n = 1; n < count; n++) {
    log.append(line(`${n}`), 0, n);
    if (n % 3 === 0) await pause(1);
  }
  log.append(ended, null, count);
  await log.end(finish);
}

describe.runIf(hasPostgres)('logs in PostgreSQL', () => {
  let url: string;
  let runner: ReturnType<typeof runnerOf>;
  let webs: ReturnType<typeof webOf>[];

  beforeAll(async () => {
    url = await newTestDatabase();
    runner = runnerOf(url);
    await migrate(runner.database);
    webs = [webOf(url), webOf(url)];
    await vi.waitUntil(() => webs.every(({ feed }) => feed.isHearing), { timeout: 15_000 });
  });
  afterAll(async () => {
    await Promise.all([...webs, runner].map((one) => one.close()));
  });

  const stored = async (id: string) =>
    (await runner.database.rows('select events from chunks where run = $1 order by first_seq', [id])).map(
      (row) => Object(row).events,
    );

  it('append: chunks of many runs take one statement, and one that is refused does not stop the others', async () => {
    await addRuns(runner.database, ['a', 'b']);
    const before = runner.appends.counts.statements;
    const appended = ['a', 'missing', 'b'].map((id) => runner.appends.append(id, 1, [id]));
    const results = await Promise.allSettled(appended);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(runner.appends.counts.statements).toBe(before + 1);
    expect([await stored('a'), await stored('b')]).toEqual([['a'], ['b']]);
  });

  it('append: what is stored already is not stored twice; other events at its place are refused', async () => {
    await addRuns(runner.database, ['again']);
    const append = (...lines: string[]) => runner.appends.append('again', 1, lines);
    await append('1', '2');
    await append('1', '2');
    await append('1', '2', '3', '4');
    await append('1', '2', '3', '4');
    expect(await stored('again')).toEqual(['1\n2', '3\n4']);
    for (const lines of [['1', 'x'], ['1', '2', '3'], ['x']])
      await expect(append(...lines)).rejects.toThrow(/other/);
    expect(await stored('again')).toEqual(['1\n2', '3\n4']);
  });

  it('append: after its death, nothing of a server is taken; its heartbeat does not wait', async () => {
    const { database } = runner;
    await database.rows(
      'create table living (id text primary key, beat int not null, is_dead boolean not null)',
    );
    await database.rows(`insert into living values ('s', 0, false)`);
    await addRuns(database, ['fenced']);
    const sql = 'select 1 from living where id = $1 and not is_dead for key share';
    const fenced = runnerOf(url, { sql, id: 's' });
    await fenced.appends.append('fenced', 1, ['1']);
    let late: Promise<void> | null = null;
    await database.transaction(async (queries) => {
      await queries.rows(`select from living where id = 's' for update`);
      late = fenced.appends.append('fenced', 2, ['2']);
      late.catch(() => {});
      const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%living%'`;
      await expect.poll(() => database.count(waiting)).toBe(1);
      await queries.rows(`update living set is_dead = true`);
    });
    await expect(late).rejects.toThrow(DeadServerError);
    expect(await stored('fenced')).toEqual(['1']);
    await fenced.close();
  });

  it('read: a reader that moves between servers at random gets each event once, in order', async () => {
    await addRuns(runner.database, ['moving']);
    const log = runner.newLog('moving');
    const writing = writeSlowly(log, 300, runner.finish('moving'));
    const seen: number[] = [];
    for (let at = 0, isOver = false; !isOver; ) {
      const reader = (await webs[Math.random() < 0.5 ? 0 : 1]!.of('moving')).read(at);
      for (let chunks = Math.ceil(Math.random() * 3); chunks > 0 && !isOver; chunks--) {
        const chunk = await nextChunk(reader);
        seen.push(...seqs(eventsOf(chunk)));
        at = chunk?.lastSeq ?? at;
        isOver = chunk === null;
      }
      reader.close();
    }
    await writing;
    expect(seen).toEqual(upTo(300));
    for (const { logs } of webs) await expect.poll(() => logs.size).toBe(0);
  });

  it('read: a hundred readers from any place cost one reading; a late one gets everything', async () => {
    await addRuns(runner.database, ['many']);
    const [web] = webs;
    const log = runner.newLog('many');
    const before = web!.counts.statements;
    const readers = Array.from({ length: 100 }, async (_, n) =>
      seqs(await readAll((await web!.of('many')).read(n))),
    );
    await writeSlowly(log, 120, runner.finish('many'));
    const all = await Promise.all(readers);
    for (const [n, found] of all.entries()) expect(found).toEqual(upTo(120).slice(n));
    // One for each chunk, and a few polls.
    expect(web!.counts.statements - before).toBeLessThan(80);
    const late = await web!.of('many');
    expect(seqs(await readAll(late.read(0)))).toEqual(upTo(120));
  });

  it('of: a run that is removed ends for its readers; a damaged log ends there', async () => {
    await addRuns(runner.database, ['removed', 'damaged']);
    const [web] = webs;
    const removed = nextChunk((await web!.of('removed')).read(0));
    const damaged = readAll((await web!.of('damaged')).read(0));
    await runner.database.rows(`delete from runs where id = 'removed'`);
    await runner.appends.append('damaged', 1, [
      '{"seq":1,"pass":null,"atMs":0,"type":"run-started"}',
      '{"seq":7}',
    ]);
    web!.logs.forget('nothing');
    expect(await removed).toBeNull();
    expect((await damaged).map(({ type }) => type)).toEqual(['run-started', 'run-ended']);
  });

  it('read: without notifications, as behind a pooler, polling brings everything', async () => {
    await addRuns(runner.database, ['deaf']);
    const other = await newTestDatabase();
    const web = webOf(url, { listenUrl: other.replace(/\d+\/.*/, '1/none') });
    const reading = readAll((await web.of('deaf')).read(0));
    await writeSlowly(runner.newLog('deaf'), 50, runner.finish('deaf'));
    expect(seqs(await reading)).toEqual(upTo(50));
    expect(web.feed.isHearing).toBe(false);
    await web.close();
  });

  it('payloadsOf: ids are split into notifications that PostgreSQL takes', async () => {
    const ids = Array.from({ length: 1000 }, (_, n) => `${n}`.padStart(21, '-'));
    const payloads = payloadsOf(ids);
    expect(payloads.length).toBe(3);
    expect(payloads.flatMap(idsIn)).toEqual(ids);
    await runner.database.rows('select pg_notify($1, unnest($2::text[]))', ['nobody', payloads]);
    expect(payloadsOf([])).toEqual([]);
  });
});

describe.runIf(hasPostgres)('logs while PostgreSQL is away', () => {
  it('read: killed and frozen, it loses nothing, and readers go on', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    const postgres = await startPostgres();
    const url = await postgres.newDatabase();
    const queryMs = 400;
    const runner = runnerOf(url, null, queryMs);
    const web = webOf(url, { queryMs });
    const frozen: number[] = [];
    try {
      await migrate(runner.database);
      await addRuns(runner.database, ['away']);
      await expect.poll(() => web.feed.isHearing).toBe(true);
      const log = runner.newLog('away');
      const followed = await web.of('away');
      const reading = readAll(followed.read(0));
      let written = 0;
      const write = () => log.append(line('x'), 0, ++written);
      const caughtUp = async () => {
        await expect
          .poll(async () => {
            await log.flush();
            return [log.lastSeq, followed.lastSeq];
          })
          .toEqual([written, written]);
      };
      const away = async () => {
        for (let n = 0; n < 20; n++) write();
        await expect.poll(() => log.unsaved?.trouble).toBe('unreachable');
        for (let n = 0; n < 20; n++) write();
        await expect.poll(() => followed.unsaved?.trouble).toBe('unreachable');
      };
      write();
      await caughtUp();
      await postgres.crash();
      await away();
      expect(web.feed.isHearing).toBe(false);
      await postgres.restart();
      await caughtUp();
      await expect.poll(() => web.feed.isHearing).toBe(true);
      // Nothing is refused, but there are no answers: what is being saved may be stored, or not.
      const children = (await runner.database.rows('select pid from pg_stat_activity')).map((row) =>
        Number(Object(row).pid),
      );
      frozen.push(postgres.pid, ...children);
      write();
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
      await away();
      for (const pid of frozen.splice(0)) process.kill(pid, 'SIGCONT');
      await caughtUp();
      log.append(ended, null, ++written);
      await log.end(runner.finish('away'));
      expect(seqs(await reading)).toEqual(upTo(written));
      expect(followed.unsaved).toBeNull();
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
      await Promise.all([runner.close(), web.close()]);
      await postgres.close();
      complain.mockRestore();
    }
  });
});
