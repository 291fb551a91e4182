/** What the health of a real server says while somebody takes away what it needs, and after it is back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { executable } from '../../server/launch/runtimes.ts';
import { dataFolder, ServerProcess } from './server-process.ts';

const timeout = 30_000;
const parent = fs.mkdtempSync(path.join(os.tmpdir(), 'health-'));
const sandboxFolder = path.join(parent, 'sandbox');
let server: ServerProcess;
let url: string;

beforeAll(async () => {
  server = new ServerProcess('node', dataFolder(), { SANDBOX: '', SANDBOX_DIR: sandboxFolder });
  url = await server.url();
  return async () => {
    await server.destroy();
    fs.rmSync(parent, { recursive: true, force: true });
  };
});

type Health = {
  status: string;
  problems: Record<string, string>[];
  runtimes: Record<string, string>;
  sandbox: { level: string; runtimes: string[] };
};

/** Resolves with what the server says once its status is as expected; `code` is that of the response. */
async function health(status: string): Promise<Health & { code: number }> {
  let last = { code: 0, status: '' } as Health & { code: number };
  const isSo = async () => {
    const response = await fetch(`${url}/healthz`);
    last = { ...(await response.json()), code: response.status };
    return last.status === status && !Object.values(last.runtimes).includes('unknown');
  };
  await vi.waitUntil(isSo, { timeout, interval: 50 }).catch(() => {
    throw new Error(`Still not ${status}: ${JSON.stringify(last)}\n${server.stderr}`);
  });
  return last;
}

async function run(spec: object): Promise<{ code: number; title?: string; events?: string }> {
  const response = await fetch(`${url}/api/runs`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ modes: ['sequential'], jobs: 1, minSeconds: 0, maxSeconds: 0, ...spec }),
  });
  return { ...(await response.json()), code: response.status };
}

const OWN = 'export function job() {}';

test('the health of a server: all of it works', async () => {
  const { code, problems, runtimes } = await health('ok');
  expect({ code, problems }).toEqual({ code: 200, problems: [] });
  // Python, too, where there is one.
  const { node, deno, ...others } = runtimes;
  expect({ node, deno }).toEqual({ node: 'working', deno: 'working' });
  for (const state of Object.values(others)) expect(state).toBe('working');
});

test('the health of a server: its data folder is moved away, and back', async () => {
  const moved = `${server.folder}-moved`;
  fs.renameSync(server.folder, moved);
  try {
    expect((await health('unavailable')).code).toBe(503);
    // What is compiled is in it, too, so runtimes may be missed first.
    const storage = async () => (await health('unavailable')).problems.find(({ part }) => part === 'storage');
    await expect.poll(storage).toMatchObject({ code: 'missing', stops: 'runs' });
    expect(await run({})).toMatchObject({ code: 503 });
    expect((await fetch(`${url}/`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const check = async (env: Record<string, string>) => {
      const script = new URL('../../server/health-check.ts', import.meta.url).pathname;
      const { port } = new URL(url);
      const checking = spawn(executable('node'), [script], { env: { PORT: port, ...env }, stdio: 'ignore' });
      return (await once(checking, 'exit'))[0];
    };
    // What is the matter with a shared database is no reason to restart its servers.
    expect([await check({}), await check({ DATABASE_URL: 'postgres://db/x' })]).toEqual([1, 0]);
  } finally {
    fs.renameSync(moved, server.folder);
  }
  await health('ok');
  expect(await run({})).toMatchObject({ code: 201 });
});

test.each([
  ['all that it has compiled', '', {}],
  ['a lesson’s program', 'join.mjs', { lesson: 'join' }],
  ['what compiles changed programs', 'compile-process.mjs', { code: OWN }],
])('the health of a server: somebody removes %s, and it is back without a restart', async (_, name, spec) => {
  await health('ok');
  const build = path.join(server.folder, 'build');
  const [home = ''] = fs.readdirSync(build);
  const before = fs.readdirSync(path.join(build, home));
  fs.rmSync(name === '' ? build : path.join(build, home, name), { recursive: true });
  // Asking makes the server look. It may be quicker than the next question, so no particular answer is expected.
  const isBack = async () => {
    await (await fetch(`${url}/healthz`)).text();
    const now = fs.readdirSync(build, { recursive: true }).map((file) => path.basename(String(file)));
    return before.every((file) => now.includes(file));
  };
  await vi.waitUntil(() => isBack().catch(() => false), { timeout, interval: 50 });
  await health('ok');
  const { code, events } = await run(spec);
  expect(code).toBe(201);
  expect(await (await fetch(`${url}${events}`)).text()).toContain('"type":"run-ended","status":"completed"');
});

test('the health of a server: a runtime of the sandbox is spoilt, then the whole folder is removed', async () => {
  const { sandbox } = await health('ok');
  const file = path.join(sandboxFolder, 'runtime', 'deno');
  // Otherwise it is started from where it is installed, which other tests use.
  if (!fs.existsSync(file)) return;
  fs.rmSync(file);
  fs.writeFileSync(file, '#!/bin/sh\nexit 3\n', { mode: 0o755 });
  const { code, problems } = await health('degraded');
  expect(code).toBe(200);
  expect(problems).toMatchObject([{ part: 'runtime', runtime: 'deno', stops: 'changed-programs' }]);
  const others = sandbox.runtimes.filter((runtime) => runtime === 'node');
  const instead =
    others.length > 0 ? 'Deno cannot run changed programs now. Choose Node.js.' : /^Changed programs/;
  expect(await run({ code: OWN, runtime: 'deno' })).toMatchObject({
    code: 503,
    title: others.length > 0 ? instead : expect.stringMatching(instead),
  });
  expect(await run({ runtime: 'deno' })).toMatchObject({ code: 201 });

  // As programs do that clean the folder for temporary files.
  fs.rmSync(sandboxFolder, { recursive: true });
  await health('ok');
  // Those that were kept ready had their places there.
  const { code: started, events } = await run({ code: OWN, runtime: 'deno' });
  expect(started).toBe(201);
  expect(await (await fetch(`${url}${events}`)).text()).toContain('"type":"run-ended","status":"completed"');
});
