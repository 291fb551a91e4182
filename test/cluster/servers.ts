/** Real servers on one database, each in a process of its own, and a PostgreSQL that may be stopped. */
import fs from 'node:fs';
import process from 'node:process';
import pg from 'pg';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { JavaScript } from '../../server/spec/runtimes.ts';
import { alive, childrenOf, programProcesses } from '../contract/processes.ts';
import { type Postgres, startPostgres } from '../postgres.ts';
import { dataFolder, ServerProcess, until } from '../runtime/server-process.ts';
import { Learner } from './learner.ts';

/** How long a server stands still until the others declare it dead, in ms. */
export const LEASE_MS = 2000;

/** What all have: a short lease, nothing that takes processor time before the first run, and runs as long as a test. */
const ENV = {
  LEASE_MS: `${LEASE_MS}`,
  READY: '0',
  MAX_WAITING_ADDRESS: '100',
  PASS_SECONDS: '900',
  RUN_SECONDS: '900',
};

/** Notes each run that a server takes from the queue, in order: the queue itself forgets them. */
const NOTE_CLAIMS = `
  create table claims (number bigint generated always as identity, run text, person text, server text);
  create function note_claim() returns trigger language plpgsql as $$
    begin insert into claims (run, person, server) values (new.run, new.person, new.server); return null; end $$;
  create trigger claims after update on queue for each row
    when (new.server is not null and old.server is distinct from new.server) execute function note_claim();`;

/** A run that a server took. */
export type Claim = { run: string; person: string; server: string };

/** How a server is started. */
export type ServerOptions = { runtime: JavaScript; env?: Record<string, string> };

/** A server that can be ended, and started again as another process in the same folder. */
export class Server {
  readonly options: ServerOptions;
  readonly folder = dataFolder();
  #process: ServerProcess;
  #databaseUrl: string;
  #url = '';

  constructor(options: ServerOptions, databaseUrl: string) {
    this.options = options;
    this.#databaseUrl = databaseUrl;
    this.#process = this.#start();
  }

  #start(): ServerProcess {
    const { runtime, env } = this.options;
    return new ServerProcess(runtime, this.folder, { ...ENV, DATABASE_URL: this.#databaseUrl, ...env });
  }

  /** Whether it answers people. */
  get isWeb(): boolean {
    return this.options.env?.ROLE !== 'runner';
  }

  get process(): ServerProcess {
    return this.#process;
  }

  /** Its address; empty while it has none. */
  get url(): string {
    return this.#url;
  }

  /** Resolves when it answers. */
  async started(): Promise<void> {
    this.#url = await this.#process.url();
  }

  /** Ends it as a crash would. Resolves when nothing of it is left. */
  async crash(): Promise<void> {
    const { launched } = this.#process;
    this.#url = '';
    this.#process.kill('SIGKILL');
    await this.#process.ended;
    await until('no process of the killed server is left', () => alive(launched).length === 0);
  }

  /** Starts it again. */
  async restart(): Promise<void> {
    this.#process = this.#start();
    await this.started();
  }

  /** Ends it in order. Resolves with its exit code when it has ended. */
  async stop(): Promise<number | null> {
    this.#url = '';
    this.#process.kill('SIGTERM');
    return (await this.#process.ended).exitCode;
  }

  /** Stops it, but for the processes of its runs. Nobody asks it meanwhile. Returns a function that lets it continue. */
  freeze(): () => void {
    const url = this.#url;
    this.#url = '';
    process.kill(this.#process.pid, 'SIGSTOP');
    return () => {
      process.kill(this.#process.pid, 'SIGCONT');
      this.#url = url;
    };
  }

  /** Reports whether it executes the run with these events. */
  executes(events: readonly RunEvent[]): boolean {
    const own = programProcesses(this.folder);
    return events.some((event) => event.type === 'lane-started' && own.includes(event.pid));
  }

  /** Whether it executes a run. */
  get isExecuting(): boolean {
    return programProcesses(this.folder).length > 0;
  }

  /** Must be called however a test ends. */
  async destroy(): Promise<void> {
    this.#url = '';
    await this.#process.destroy();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Servers on a database that is theirs alone. */
export class Cluster {
  readonly postgres: Postgres;
  readonly databaseUrl: string;
  readonly servers: Server[] = [];

  private constructor(postgres: Postgres, databaseUrl: string) {
    this.postgres = postgres;
    this.databaseUrl = databaseUrl;
  }

  /** Starts a PostgreSQL, and servers all at once. */
  static async start(options: readonly ServerOptions[]): Promise<Cluster> {
    const postgres = await startPostgres();
    const cluster = new Cluster(postgres, await postgres.newDatabase());
    try {
      await Promise.all(options.map((one) => cluster.add(one)));
      await cluster.query(NOTE_CLAIMS);
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return cluster;
  }

  /** Starts another server. `databaseUrl`: where it finds the database, if not where that is. */
  async add(options: ServerOptions, databaseUrl = this.databaseUrl): Promise<Server> {
    const server = new Server(options, databaseUrl);
    this.servers.push(server);
    await server.started();
    return server;
  }

  /** Ends a server for good. */
  async remove(server: Server): Promise<void> {
    this.servers.splice(this.servers.indexOf(server), 1);
    await server.destroy();
  }

  /** The addresses of those that can be asked. */
  get urls(): string[] {
    return this.servers.filter(({ isWeb, url }) => isWeb && url !== '').map(({ url }) => url);
  }

  /** Returns the rows of a statement, on a connection of its own. */
  async query<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      return (await client.query(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Returns people who use all servers. */
  learners(count: number): Promise<Learner[]> {
    return Promise.all(Array.from({ length: count }, () => new Learner(() => this.urls).arrive()));
  }

  /** Starts again those that have ended. */
  async mend(): Promise<void> {
    for (const server of this.servers) if (!server.process.isRunning) await server.restart();
  }

  /** Returns what was taken from the queue, in order. */
  claims(): Promise<Claim[]> {
    return this.query('select run, person, server from claims order by number');
  }

  /** Returns the ids of the servers that count as alive. */
  async living(): Promise<string[]> {
    const rows = await this.query<{ id: string }>('select id from servers where not is_dead order by id');
    return rows.map(({ id }) => id);
  }

  /** Kills the main process of PostgreSQL; its others end by themselves. */
  async crashPostgres(): Promise<void> {
    const pids = [this.postgres.pid, ...childrenOf(this.postgres.pid)];
    process.kill(this.postgres.pid, 'SIGKILL');
    await until('no process of PostgreSQL is left', () => alive(pids).length === 0);
    await this.postgres.crash();
  }

  /** Stops all processes of PostgreSQL. Returns a function that lets them continue. */
  freezePostgres(): () => void {
    const pids = [this.postgres.pid, ...childrenOf(this.postgres.pid)];
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    return () => {
      for (const pid of alive(pids)) process.kill(pid, 'SIGCONT');
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.destroy()));
    await this.postgres.close();
  }
}
