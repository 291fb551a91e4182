/** Web servers and runners on one PostgreSQL, each in a process of its own, and what all of them take. */
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { z } from 'zod';
import { below } from '../../attack/remains.ts';
import { type Postgres, startPostgres } from '../../postgres.ts';
import { cpuSecondsOf } from '../class/memory.ts';
import { end, startServer } from '../processes.ts';

const SERVER = fileURLToPath(new URL('../server.ts', import.meta.url));

/** As in an installation: commits wait for the disk. Statements are counted. */
const POSTGRES = [
  'fsync=on',
  'full_page_writes=on',
  'shared_buffers=256MB',
  'shared_preload_libraries=pg_stat_statements',
];

/** Nobody is refused, lessons only: a start is quick then. */
const SETTINGS = {
  PORT: '0',
  SANDBOX: 'lessons',
  MEMORY_MIB: '16384',
  RUNS_PER_MINUTE: '100000',
  CPU_SECONDS_PER_HOUR: '10000000',
  MAX_RUNS_PERSON: '10000',
  MAX_WAITING: '10000',
  MAX_WAITING_PERSON: '10000',
  MAX_WAITING_ADDRESS: '10000',
};

/** Starts a PostgreSQL with an empty database, and returns it with the database's address. */
export async function startDatabase(): Promise<{ postgres: Postgres; url: string }> {
  const postgres = await startPostgres(POSTGRES);
  return { postgres, url: await postgres.newDatabase() };
}

type Role = 'web' | 'runner';
type Started = { child: ChildProcess; url: string; role: Role };

/** Servers that work together until they are closed. */
export class Servers {
  readonly postgres: Postgres;
  readonly databaseUrl: string;
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'playground-cluster-'));
  #all: Started[] = [];

  private constructor(postgres: Postgres, databaseUrl: string) {
    this.postgres = postgres;
    this.databaseUrl = databaseUrl;
  }

  /** Starts PostgreSQL, and as many web servers as runners. Resolves when each web server knows of all runners. */
  static async start(each: number): Promise<Servers> {
    const { postgres, url } = await startDatabase();
    const servers = new Servers(postgres, url);
    try {
      const roles: Role[] = Array.from({ length: each }, () => ['web', 'runner'] as const).flat();
      await Promise.all(roles.map((role, index) => servers.#add(role, index)));
      // A web server learns of the others with its next beat.
      await pause(2000);
      return servers;
    } catch (error) {
      await servers.close();
      throw error;
    }
  }

  async #add(role: Role, index: number): Promise<void> {
    const DATA_DIR = path.join(this.#folder, `${index}`);
    const env = { ...SETTINGS, DATA_DIR, DATABASE_URL: this.databaseUrl, ROLE: role };
    this.#all.push({ ...(await startServer(SERVER, env)), role });
  }

  /** The addresses of the web servers. */
  get urls(): string[] {
    return this.#all.filter(({ role }) => role === 'web').map(({ url }) => url);
  }

  /** Returns the CPU seconds so far, of each part. */
  cpu(): Record<'web servers' | 'runners' | 'programs' | 'PostgreSQL', number> {
    const sum = (values: number[]) => values.reduce((total, one) => total + one, 0);
    const pids = (role: Role) =>
      this.#all.filter((one) => one.role === role).map(({ child }) => child.pid ?? 0);
    const own = (role: Role) => sum(pids(role).map((pid) => cpuSecondsOf(pid).own));
    const under = (role: Role) => sum(pids(role).map(cpuBelow));
    return {
      'web servers': own('web') + under('web'),
      runners: own('runner'),
      programs: under('runner'),
      PostgreSQL: cpuOfPostgres(this.postgres),
    };
  }

  /** Must be called however it ends. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map(({ child }) => end(child)));
    await this.postgres.close();
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Returns the CPU seconds of all processes of a PostgreSQL, also of those that have ended. */
export function cpuOfPostgres({ pid }: Postgres): number {
  return cpuSecondsOf(pid).own + cpuBelow(pid);
}

/** Returns the CPU seconds of all processes below one, also of those that have ended. */
function cpuBelow(pid: number): number {
  return below(pid).reduce((sum, one) => {
    try {
      const { own, below } = cpuSecondsOf(one);
      return sum + own + below;
    } catch {
      // It has just ended.
      return sum;
    }
  }, cpuSecondsOf(pid).below);
}

const counted = z.object({ statements: z.coerce.number(), wal: z.coerce.number(), size: z.coerce.number() });
/** What a database was asked so far, and the bytes that it has written and holds. */
export type Counts = z.infer<typeof counted> & { notices: number };

/** Counts what happens in a database. */
export class Counter {
  #client: pg.Client;
  #notices = 0;

  private constructor(client: pg.Client) {
    this.#client = client;
    client.on('notification', () => {
      this.#notices++;
    });
  }

  static async open(url: string): Promise<Counter> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('create extension if not exists pg_stat_statements');
    for (const channel of ['log', 'queue', 'runner', 'rooms'])
      await client.query(`listen playground_${channel}`);
    return new Counter(client);
  }

  async now(): Promise<Counts> {
    const { rows } = await this.#client.query(`select
      (select sum(calls) from pg_stat_statements join pg_database on oid = dbid where datname = current_database())
        as statements,
      pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal,
      pg_database_size(current_database()) as size`);
    return { ...counted.parse(rows[0]), notices: this.#notices };
  }

  /** Returns how many runs wait. */
  async waiting(): Promise<number> {
    const { rows } = await this.#client.query('select count(*)::int as n from queue where server is null');
    return rows[0].n;
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}
