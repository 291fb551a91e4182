/** Finding out what protects from programs that somebody wrote: what counts as refused, and what is said if it is not. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { javaScriptSide, Place } from '../../server/launch/place.ts';
import { probe } from '../../server/launch/probe.ts';
import { executable } from '../../server/launch/runtimes.ts';
import { openSandboxFolder } from '../../server/launch/sandbox-folder.ts';
import { processesFor, walledCommand } from '../../server/launch/walls.ts';
import { startPlayground } from '../../server/playground.ts';
import { readSettings } from '../../server/settings.ts';
import { prepared } from '../prepared.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'probe-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('probe', () => {
  it('probe: without walls, its program could do all that is to be refused', () => {
    const place = new Place(folder, javaScriptSide(path.resolve('server/launch/probe-program.mjs')));
    place.write(`export const file = ${JSON.stringify(place.entry)}, port = 0, spawns = true;`);
    const { stdout } = spawnSync(executable('node'), [place.entry], { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toMatchObject({
      given: expect.arrayContaining([
        'read the server’s files',
        'read the system’s files',
        'write into its folder',
        'start processes',
      ]),
      versions: { node: expect.stringMatching(/^\d+\./) },
    });
  });

  it.skipIf(!fs.existsSync('/proc/self/autogroup'))(
    'probe: its programs give way to others, the server does not: its session keeps its share of the cores',
    () => {
      // In a session of its own: that of the tests may have given way before.
      const module = JSON.stringify(path.resolve('server/launch/probe-answer.ts'));
      const script = `
        import fs from 'node:fs';
        const { answerOf } = await import(${module});
        const own = () => fs.readFileSync('/proc/self/autogroup', 'utf8').trim();
        const before = own();
        const program = 'const nice = require("fs").readFileSync("/proc/self/autogroup", "utf8").trim(); console.log(JSON.stringify({ given: [nice], versions: {} }))';
        const answer = await answerOf({ file: process.execPath, args: ['-e', program], env: {} });
        console.log(JSON.stringify([before, own(), answer.given[0]]));`;
      const started = spawnSync('setsid', ['-w', process.execPath, '--input-type=module', '-e', script], {
        encoding: 'utf8',
      });
      const [before, after, ofProgram] = JSON.parse(started.stdout);
      expect(after).toBe(before);
      expect(ofProgram).not.toBe(before);
      expect(ofProgram).toMatch(/ nice 5$/);
    },
  );

  it('probe: says what is missing, and takes the next level', async () => {
    const own = openSandboxFolder(folder, path.join(folder, 'sandbox'));
    const none = { bwrap: null, version: null, disablesUserns: false, setpriv: null, prlimit: null };
    const find = async () => ({
      ...none,
      executables: { deno: executable('deno') },
      libraries: { node: [], deno: [] },
    });
    const found = await probe(own, 10, null, { find });
    expect(found).toMatchObject({ level: 'permissions', runtimes: ['deno'] });
    expect(found.missing.join(' ')).toMatch(/^No jail: bubblewrap .*where the runtime is installed/);
  });

  it('SANDBOX: the server does not start without the level that it demands, and says why', async () => {
    const settings = readSettings({ DATA_DIR: folder, SANDBOX: 'jail' });
    const missing = ['No jail: bubblewrap (bwrap) is not installed.'];
    const lessons = await prepared().probe('', 0, 'lessons');
    const starting = startPlayground(settings, {
      ...prepared(),
      probe: async () => ({ ...lessons, missing }),
    });
    await expect(starting).rejects.toThrow(
      'SANDBOX=jail: is not available here. No jail: bubblewrap (bwrap) is not installed.',
    );
  });
});

describe('startPlayground', () => {
  it('startPlayground: if it fails, leaves no folder for programs, though it was still being tried', async () => {
    const own = path.join(folder, 'unused');
    const settings = readSettings({ DATA_DIR: folder, SANDBOX_DIR: own });
    const lessons = await prepared().probe('', 0, 'lessons');
    const starting = startPlayground(settings, {
      ...prepared(),
      build: async () => {
        throw new Error('It does not compile.');
      },
      probe: async () => {
        await setImmediate();
        fs.mkdirSync(path.join(own, 'places'), { recursive: true });
        return lessons;
      },
    });
    await expect(starting).rejects.toThrow('It does not compile.');
    await setImmediate();
    expect(fs.existsSync(own)).toBe(false);
  });
});

describe('openSandboxFolder', () => {
  it('openSandboxFolder: refuses one that others can write to, or a link', () => {
    const open = path.join(folder, 'open');
    fs.mkdirSync(open);
    fs.chmodSync(open, 0o777);
    expect(() => openSandboxFolder(folder, open)).toThrow('others can write to it');
    const link = path.join(folder, 'link');
    fs.symlinkSync(folder, link);
    expect(() => openSandboxFolder(folder, link)).toThrow('cannot be used');
    expect(() => openSandboxFolder(folder, '/proc/nope/in')).toThrow(
      'SANDBOX_DIR=/proc/nope/in: cannot be used',
    );
  });

  it('openSandboxFolder: is made empty, and says nothing of the server’s folder', () => {
    const own = openSandboxFolder(folder);
    expect(own).not.toContain(path.basename(folder));
    fs.mkdirSync(path.join(own, 'places', 'left'), { recursive: true });
    openSandboxFolder(folder);
    expect(fs.existsSync(path.join(own, 'places'))).toBe(false);
    fs.rmSync(own, { recursive: true });
  });

  it.each(['/nonexistent', '/proc', '/proc/nope', '/dev/null'])(
    'openSandboxFolder: is in the data folder if the temporary folder is %s; nothing is made there',
    (temporary) => {
      vi.stubEnv('TMPDIR', temporary);
      const own = openSandboxFolder(folder);
      vi.unstubAllEnvs();
      expect(own).toBe(path.join(fs.realpathSync(folder), 'sandbox'));
      expect(fs.existsSync('/nonexistent')).toBe(false);
      fs.rmSync(own, { recursive: true });
    },
  );
});

describe('walledCommand', () => {
  it('walledCommand: Deno is denied all but to read its place, whatever its path', () => {
    const place = new Place(
      path.join(folder, 'a,b'),
      javaScriptSide(path.resolve('server/launch/probe-program.mjs')),
    );
    const walls = {
      executables: { deno: '/deno' },
      emptyFolder: '/empty',
      setpriv: null,
      prlimit: null,
      jail: null,
    };
    const { file, args, env } = walledCommand('deno', place, walls, processesFor(10));
    expect(file).toBe('/deno');
    expect(args.filter((arg) => arg.startsWith('--allow'))).toEqual([
      `--allow-read=${place.folder.replaceAll(',', ',,')}`,
    ]);
    expect(args.filter((arg) => arg.startsWith('--deny'))).toHaveLength(7);
    expect(env).toMatchObject({ DENO_DIR: '/dev/null/none', DENO_WEBGPU_BACKEND: 'none' });
  });
});
