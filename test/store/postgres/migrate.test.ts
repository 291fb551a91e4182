/** Moving from SQLite to PostgreSQL. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { migrateAll } from '../../../server/migrate.ts';
import { PostgresStore } from '../../../server/store/postgres/postgres-store.ts';
import { sharedSecret } from '../../../server/store/postgres/secret.ts';
import { serverSecret } from '../../../server/store/secret.ts';
import { SqliteStore } from '../../../server/store/sqlite.ts';
import { hasPostgres, newTestDatabase } from '../../postgres.ts';
import { family, member, run } from '../stored.ts';

describe.skipIf(!hasPostgres)('migrate', () => {
  it('migrate --from: copies all, again if it was broken off, and nothing more once it was complete', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'migrate-'));
    const old = new SqliteStore(folder);
    const secret = serverSecret(folder);
    await old.createFamily(family('f', { status: 'completed' }));
    await old.create(member('a', 'f', 1, { status: 'completed' }));
    const seat = { room: 'room', member: 1 };
    for (let n = 1; n <= 300; n++) await old.create(run(`r${n}`, { status: 'completed', seat }));
    for (let seq = 1; seq <= 3; seq++) old.append('r1', seq, [`{"seq":${seq},"text":"é\\\\u0000"}`]);
    await old.create(run('left'));
    await old.report('a', { reason: 'spam', createdAt: 5 });
    const room = {
      id: 'room',
      code: 'ABCD',
      key: 'k',
      teacherKey: 't',
      createdAt: 1,
      expiresAt: 2,
      state: '{}',
    };
    await old.rooms.createRoom(room);
    const ann = { person: 'ann', name: 'Ann', joinedAt: 1, showsName: true, handAt: null, handRun: null };
    await old.rooms.addMember('room', ann);
    await old.rooms.answer('room', { round: 1, vote: 1, member: 1, choice: 2 });
    await old.rooms.explain('room', { round: 1, member: 1, text: 'because', isShown: true });
    await old.rooms.addProgram('room', '{"code":""}');
    const listed = await old.latest(1000, false);

    const url = await newTestDatabase();
    const lines: string[] = [];
    const go = (from = folder) => migrateAll(['--from', from], url, (line) => lines.push(line));
    const store = await PostgresStore.open(url);
    const { database } = store;
    // The last table cannot be written: the import is broken off after all others.
    await database.rows('alter table room_programs add constraint broken check (number < 0)');
    await expect(go()).rejects.toThrow(/broken/);
    expect(await store.latest(1000, false)).toEqual([]);
    await database.rows('alter table room_programs drop constraint broken');

    expect(await go()).toBe(0);
    await old.close();
    expect(lines).toContain('runs: 302 compared, 302 of them new');
    const moved = listed.map((one) => (one.id === 'left' ? { ...one, status: 'interrupted' } : one));
    expect(await store.latest(1000, false)).toEqual(moved);
    expect(await store.lines('r1')).toHaveLength(3);
    expect(await store.reports('a')).toEqual([{ reason: 'spam', createdAt: 5 }]);
    expect(await store.rooms.allRooms()).toEqual([room]);
    expect(await store.rooms.membersOf('room')).toEqual([{ number: 1, ...ann }]);
    expect(await store.rooms.addMember('room', { ...ann, person: 'bob' })).toBe(2);
    expect(await store.rooms.program('room', 1)).toBe('{"code":""}');
    expect(await sharedSecret(store.database)).toBe(secret);

    await store.hide('r1', 'blocked');
    await store.hide('r2', 'deleted');
    await store.remove('r2');
    const kept = await store.latest(1000, false);
    const again = fs.mkdtempSync(path.join(os.tmpdir(), 'migrate-'));
    fs.cpSync(folder, again, { recursive: true });
    for (const place of [folder, again]) {
      lines.length = 0;
      expect(await go(place)).toBe(0);
      expect(lines).toEqual([
        'The tables are up to date.',
        expect.stringMatching(/ was copied to this database on \d{4}-\d\d-\d\d \d\d:\d\d UTC\. Nothing was /),
      ]);
      expect(await store.latest(1000, false)).toEqual(kept);
    }

    // An earlier server did not note it: then each row is compared, and what has changed stays.
    await database.rows('delete from imports');
    lines.length = 0;
    expect(await go()).toBe(0);
    expect(lines).toContain('runs: 302 compared, 1 of them new; 1 have changed there since, and stay so');
    expect(lines).toContain('chunks: 4 compared, 0 of them new');
    expect(await store.hidden('r1')).toBe('blocked');
    await store.close();
    for (const place of [folder, again]) fs.rmSync(place, { recursive: true });
  });

  it('migrate: without a database, or with anything else, says how', async () => {
    const lines: string[] = [];
    expect(await migrateAll([], null, (line) => lines.push(line))).toBe(2);
    expect(await migrateAll(['--from'], 'postgres://127.0.0.1:1/x', (line) => lines.push(line))).toBe(2);
    expect(lines[0]).toMatch(/--from DATA_DIR/);
    await expect(migrateAll([], 'postgres://a:hush@127.0.0.1:1/x', () => {})).rejects.toThrow(
      /^DATABASE_URL: .*127.0.0.1:1\/x cannot be used/,
    );
  });
});
