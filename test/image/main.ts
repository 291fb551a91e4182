/**
 * `npm run check:image`: checks the image without Docker. Builds what the Dockerfile builds, prints its size, starts it
 * as several users with a read-only file system, runs programs in it on both runtimes, and stops it. Needs root, Debian's
 * debootstrap, and the registries of Debian and npm. `npm run check:image -- FOLDER` keeps the Debian in a folder for the
 * next time. Exits with 1 if something is not as it should be.
 */
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { MODES } from '../../server/spec/modes.ts';
import { Client } from '../attack/client.ts';
import { build, type Image } from './build.ts';
import { Container, isZombie, type Options } from './container.ts';
import { stagesOf } from './dockerfile.ts';

/** A way to start the image. `level` is the sandbox that it has. */
type Way = Omit<Options, 'data'> & { name: string; level: string };

/** A user that no Debian knows. */
const STRANGER = '12345:0';
const ON_DENO = ['tini', '--', 'sh', 'server/start-deno.sh'];
/** The level of most containers. */
const PERMISSIONS = { SANDBOX: 'permissions' };
/** Without process numbers of its own, tini is not the first process. */
const NOT_FIRST = { TINI_SUBREAPER: '1' };

const WAYS: Way[] = [
  { name: 'as it is', level: 'permissions', env: PERMISSIONS },
  { name: 'as a user without a name', level: 'permissions', env: PERMISSIONS, user: STRANGER },
  { name: 'on Deno', level: 'permissions', env: PERMISSIONS, command: ON_DENO },
  {
    name: 'on Deno, as a user without a name',
    level: 'permissions',
    env: PERMISSIONS,
    command: ON_DENO,
    user: STRANGER,
  },
  { name: 'with namespaces, as the first process', level: 'jail', user: STRANGER, isFirst: true },
];

const OWN = 'export async function job(n, { log, work, random }) { log("own " + n); await work(random()); }';
const QUICK = { jobs: 2, minSeconds: 0.05, maxSeconds: 0.1, modes: MODES };

const isKept = process.argv[2] !== undefined;
const folder = path.resolve(process.argv[2] ?? fs.mkdtempSync(path.join(os.tmpdir(), 'image-')));
fs.mkdirSync(folder, { recursive: true });
let wrong = 0;

const image = build(stagesOf(), folder, (line) => console.log(line));
console.log(`\nSize: ${image.mb} MB, of which Debian: ${image.baseMb} MB`);
for (const way of WAYS) await tryWay(image, way);
if (!isKept) fs.rmSync(folder, { recursive: true, force: true });
console.log(wrong === 0 ? '\nAll is as it should be.' : `\n${wrong} things are not as they should be.`);
process.exit(wrong === 0 ? 0 : 1);

function expect(what: string, isSo: boolean, seen: unknown): void {
  console.log(`  ${isSo ? 'ok   ' : 'WRONG'} ${what}${isSo ? '' : `: ${JSON.stringify(seen)}`}`);
  if (!isSo) wrong++;
}

async function tryWay(built: Image, { name, level, ...options }: Way): Promise<void> {
  console.log(`\n${name}:`);
  const data = path.join(folder, 'data');
  fs.rmSync(data, { recursive: true, force: true });
  // A new volume has the content and the rights of the folder in the image.
  fs.cpSync(path.join(built.root, built.volume), data, { recursive: true });
  const { uid, gid, mode } = fs.statSync(path.join(built.root, built.volume));
  fs.chownSync(data, uid, gid);
  fs.chmodSync(data, mode);
  const container = new Container(built, {
    ...options,
    data,
    env: { HOST: '127.0.0.1', PORT: await freePort(), ...(!options.isFirst && NOT_FIRST), ...options.env },
  });
  try {
    const client = new Client(new URL('/', await container.url()).href);
    const { sandbox } = await client.health();
    expect(`programs that people write are held by: ${level}`, sandbox.level === level, sandbox);
    const check = container.execute(built.healthCheck);
    expect('its health check succeeds', check.exitCode === 0, check);
    const lessons = ['node', 'deno'].map((runtime) => ({ ...QUICK, runtime }));
    const own = sandbox.runtimes.map((runtime) => ({ ...QUICK, runtime, code: OWN }));
    for (const spec of [...lessons, ...own]) {
      const { id, errors } = await client.submit(spec);
      const events = id === undefined ? [] : await client.events(id);
      const what = `${'code' in spec ? 'a program of one’s own' : 'a lesson'} on ${spec.runtime}, in every mode`;
      const end = events.at(-1);
      expect(what, end?.type === 'run-ended' && end.status === 'completed', errors ?? events.slice(-5));
      const picture = await client.get(`runs/${id}.png`);
      expect('its picture', picture.status === 200, picture);
    }
    const zombies = container.processes.filter(isZombie);
    expect('no process has ended and is still there', zombies.length === 0, zombies);
  } catch (error) {
    expect('it works', false, String(error));
  }
  const exitCode = await container.stop();
  expect('on SIGTERM it ends with 0', exitCode === 0, exitCode);
  expect('and nothing is left', container.processes.length === 0, container.processes);
  const said = container.output
    .trim()
    .split('\n')
    .filter((line) => !/^Concurrency Playground/.test(line));
  expect('it had nothing to complain about', said.join('') === '', said);
}

async function freePort(): Promise<string> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  return String(port);
}
