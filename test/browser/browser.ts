/**
 * A real server and a real browser for tests: the playground in a separate process, Chromium from the npm registry, and
 * pages that are watched for unexpected messages.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core';
import type { RunEvent } from '../../server/protocol/events.ts';
import { PREPARED } from '../prepared.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The server as users start it. By default, tests start one that uses what the suite has prepared: see server.ts. */
export const MAIN = 'server/main.ts';

/** The environment variable with Chromium's path and arguments: see setup.ts. */
export const CHROMIUM = 'CHROMIUM';

/** A name of the shared server that is not localhost. The tests' browser finds all of `.test` on this computer. */
export const CLASSROOM = 'classroom.test';

/** Reduced motion: drawings update four times a second, which leaves a busy machine some capacity. */
export const CALM: BrowserContextOptions = { reducedMotion: 'reduce' };

export type ServerOptions = {
  /** Settings, as environment variables. Without `DATA_DIR`, the server has a folder of its own. */
  env?: Record<string, string>;
  /** The server's entry point, relative to the project's folder. */
  script?: string;
};

/** A playground in a separate process. */
export type Server = {
  url: string;
  /** Starts a run through the API; resolves to its id. */
  start(spec: Record<string, unknown>): Promise<string>;
  /** Returns the events of a run up to now. */
  events(id: string): Promise<RunEvent[]>;
  /** Call it when no test needs the server any more. */
  close(): Promise<void>;
};

/** A server for a single file. Closing it ends the process and removes its data. */
export type OwnServer = Server & {
  /** Kills the process as `kill -9` does, and resolves when it is gone. */
  kill(): Promise<void>;
  /** Restarts it on the same port and with the same data. */
  restart(): Promise<void>;
};

/** The server of this worker, once a file has requested it. It ends with the worker. */
let common: Promise<Server> | undefined;

/**
 * Returns the server that all files of this worker share: a new one takes a core for two seconds until it has shown its
 * first page. Each page opens it as another person. Closing it waits until no run is running.
 */
export async function sharedServer(): Promise<Server> {
  common ??= startServer({ env: { ALLOWED_HOSTS: CLASSROOM } });
  const server = await common;
  return { ...server, close: () => untilIdle(server.url) };
}

/** Resolves when the server at `url` has no runs. Throws if one continues: a test has forgotten to cancel it. */
async function untilIdle(url: string): Promise<void> {
  for (let attempt = 0; attempt < 900; attempt++) {
    const { active, waiting } = await (await fetch(`${url}/healthz`)).json();
    if (active + waiting === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('A run goes on when all tests of the file have ended.');
}

/** Starts a server for a single file, on a free port; resolves when it has printed its address. */
export async function startServer({
  env = {},
  script = 'test/browser/server.ts',
}: ServerOptions = {}): Promise<OwnServer> {
  // If the suite ends before the server is closed, the folder is removed with what was prepared.
  const folder = fs.mkdtempSync(path.join(path.dirname(process.env[PREPARED] ?? ''), 'browser-'));
  const launch = (port: string) =>
    launchServer(script, { ...(script !== MAIN && shared()), DATA_DIR: folder, ...env, PORT: port });
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  let { child, url } = await launch('0').catch((error) => {
    remove();
    throw error;
  });
  return {
    url,
    kill: () => end(child, 'SIGKILL'),
    async restart() {
      ({ child, url } = await launch(new URL(url).port));
    },
    async start(spec) {
      const response = await fetch(`${url}/api/runs`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(spec),
      });
      if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
      const { id }: { id: string } = await response.json();
      return id;
    },
    async events(id) {
      const text = await (await fetch(`${url}/runs/${id}.ndjson`)).text();
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    },
    async close() {
      await end(child, 'SIGTERM');
      remove();
    },
  };
}

/** The environment of a server that shares what the suite has prepared, and Node's compile cache. */
function shared(): Record<string, string> {
  const file = process.env[PREPARED] ?? '';
  return { [PREPARED]: file, NODE_COMPILE_CACHE: path.join(path.dirname(file), 'node') };
}

async function launchServer(
  script: string,
  env: Record<string, string>,
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [script], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
    stdio: 'pipe',
  });
  // A test process that ends early must not leave it running.
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  child.once('exit', () => process.off('exit', killNow));
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (bytes: Buffer) => {
      output += bytes;
      const found = /http:\/\/\S+/.exec(output);
      if (found) resolve(found[0].replace(/\/$/, ''));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${output}`)));
  });
  return { child, url };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

/** A browser that records unexpected messages of its pages. */
export type TestBrowser = {
  /** Opens a page in a new profile: another person, to the server. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** Records the events that a page receives from now on; the returned function returns them. */
  recordEvents(page: Page): Promise<() => RunEvent[]>;
  /**
   * Allows failed loads with this status, with a network error, of a stream that is none, or of a frame that is
   * refused. A browser logs each to the page's console by itself.
   */
  allow(reason: '403' | '404' | '422' | '502' | '503' | 'net::' | 'EventSource' | 'Framing'): void;
  /**
   * Returns the unexpected messages since the last call, closes the pages, and clears what was allowed. Call it after
   * each test.
   */
  faults(): Promise<string[]>;
  close(): Promise<void>;
};

/** The Chromium of this worker, once a file has requested it. It serves all files of the worker, and ends with it. */
let chromium: Promise<Browser> | undefined;

/** Opens the Chromium of this worker. Closing it closes its pages. */
export async function startBrowser(): Promise<TestBrowser> {
  chromium ??= launchChromium();
  const browser = watched(await chromium);
  return { ...browser, close: async () => void (await browser.faults()) };
}

async function launchChromium(): Promise<Browser> {
  const unpacked = process.env[CHROMIUM];
  if (unpacked === undefined)
    throw new Error('No Chromium was unpacked for the tests: see browser/setup.ts.');
  const { executable, args }: { executable: string; args: string[] } = JSON.parse(unpacked);
  // Names of no localhost, over http: browsers trust those less.
  const names = '--host-resolver-rules=MAP *.test 127.0.0.1';
  return playwright.launch({ executablePath: executable, args: [...args, names] });
}

/** Wraps `browser` and watches its pages. */
export function watched(browser: Browser): TestBrowser {
  let faults: string[] = [];
  let allowed: string[] = [];
  return {
    async open(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      context.on('weberror', (error) => faults.push(`error: ${error.error()}`));
      context.on('console', (message) => {
        const text = message.text();
        // Logged if a test types into a field before the page has fully loaded, and in a frame of another site.
        if (/^(Autofocus processing was blocked|Blocked autofocusing)/.test(text)) return;
        if (text.startsWith('htmx: htmx:error: Failed to fetch') && allowed.includes('net::')) return;
        const reason = /^(?:Failed to load resource:.* )?(\d{3}|net::|EventSource|Framing)/.exec(text)?.[1];
        if (reason === undefined || !allowed.includes(reason)) faults.push(`console: ${text}`);
      });
      await context.addInitScript(() => {
        addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
          console.error(`refused by the policy: ${violatedDirective} ${blockedURI} ${sample}`);
        });
      });
      return context.newPage();
    },
    async recordEvents(page) {
      const events: RunEvent[] = [];
      const session = await page.context().newCDPSession(page);
      session.on('Network.eventSourceMessageReceived', ({ eventName, data }) => {
        if (eventName === 'message') events.push(...JSON.parse(data));
      });
      await session.send('Network.enable');
      return () => events;
    },
    allow(reason) {
      allowed.push(reason);
    },
    async faults() {
      await Promise.all(browser.contexts().map((context) => context.close()));
      const said = faults;
      faults = [];
      allowed = [];
      return said;
    },
    close: () => browser.close(),
  };
}
