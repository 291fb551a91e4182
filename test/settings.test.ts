/** The settings: their defaults, and errors for values that cannot be used. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readSettings, SettingsError, settingsWarning } from '../server/settings.ts';

const refusal = (env: Record<string, string>) => {
  try {
    return readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
};

describe('settingsWarning', () => {
  const meant = (name: string, also: Record<string, string> = {}) =>
    /\(perhaps (\w+)\)/.exec(settingsWarning({ [name]: 'secret', ...also }) ?? '')?.[1] ?? null;

  it('settingsWarning: names all that look like settings in one line, and no values', () => {
    expect(
      settingsWarning({ MAX_JOB: '5', PORT: '80', HOME: '/root', PUBLIC_ULR: 'https://a.example' }),
    ).toBe(
      'MAX_JOB (perhaps MAX_JOBS), PUBLIC_ULR (perhaps PUBLIC_URL) are no settings of this server, and have no effect: see docs/settings.md.',
    );
    expect(settingsWarning({ CORE: '2' })).toBe(
      'CORE (perhaps CORES) is no setting of this server, and has no effect: see docs/settings.md.',
    );
  });

  it.each([
    ['BASE_URL', 'PUBLIC_URL'],
    ['MAX_RUN', 'MAX_RUNS_PERSON'],
    ['POSTGRES_URL', 'DATABASE_URL'],
    ['maxJobs', 'MAX_JOBS'],
    ['PLAYGROUND_MAX_JOBS', 'MAX_JOBS'],
    ['ROOM_KEY_FILE', 'ROOM_KEY'],
    ['SANBOX', 'SANDBOX'],
    ['PASS_SECS', null],
    ['PORTT', 'PORT'],
    ['PROT', 'PORT'],
    ['HHOST', 'HOST'],
    ['RLOE', 'ROLE'],
    ['PORTS', null],
    ['POST', null],
    ['SPORT', null],
    ['HOSTS', null],
    ['GHOST', null],
    ['COST', null],
    ['ROLES', null],
    ['RULE', null],
    ['LOGG', null],
  ])('settingsWarning: %s', (name, setting) => expect(meant(name)).toBe(setting));

  it('settingsWarning: says nothing of ordinary variables, nor of another name for what is set', () => {
    const ordinary =
      'PATH HOME HOSTNAME HOSTTYPE LANG LOGNAME LOGS_DIRECTORY LS_COLORS USER SHELL TERM PWD OLDPWD TMPDIR EDITOR MAIL PYTHONPATH PYTHON_VERSION PYTHONUNBUFFERED PYTHON_SHA256 GPG_KEY NODE_ENV NODE_OPTIONS NODE_VERSION YARN_VERSION INIT_CWD npm_config_cache npm_package_json DENO_DIR DOMAIN PLAYGROUND_PORT PLAYGROUND_PORT_80_TCP PLAYGROUND_SERVICE_HOST KUBERNETES_PORT DATABASE_URL_UNPOOLED PGHOST PGPORT INVOCATION_ID JOURNAL_STREAM STATE_DIRECTORY RUNTIME_DIRECTORY WEB_CONCURRENCY LOG_LEVEL COLORS COLORTERM ROLES PORTS all _'.split(
        ' ',
      );
    expect(settingsWarning(Object.fromEntries(ordinary.map((name) => [name, 'x'])))).toBe(null);
    expect(meant('DB_URL', { DATABASE_URL_FILE: '/run/secrets/url' })).toBe(null);
    expect(settingsWarning({ DATABASE_URL_FILE: '/a', MAX_JOBS: '7' })).toBe(null);
  });

  it('settingsWarning: on Deno, the names of other variables are in one', () =>
    expect(settingsWarning({ OTHER_VARIABLES: 'PATH MAX_JOB PORT' })).toContain(
      'MAX_JOB (perhaps MAX_JOBS) is',
    ));
});

describe('readSettings', () => {
  it('readSettings: an empty environment gives the defaults', () => {
    const { CORES, MEMORY_MIB, ...rest } = readSettings({});
    expect(rest).toEqual({
      HOST: '127.0.0.1',
      PORT: 8080,
      PUBLIC_URL: null,
      TRUST_PROXY: 0,
      ALLOWED_HOSTS: [],
      FRAME_ANCESTORS: ["'self'"],
      DATA_DIR: 'data',
      DATABASE_URL: null,
      ROLE: 'both',
      LEASE_MS: 10_000,
      PASS_SECONDS: 60,
      RUN_SECONDS: 300,
      MAX_JOBS: 100,
      MAX_PROCESSES: 32,
      PROCESS_MIB: 128,
      PYTHON: null,
      SANDBOX: null,
      SANDBOX_DIR: null,
      CODE_BYTES: 65_536,
      ROOM_KEY: null,
      UNSAVED_SECONDS: 60,
      LOG_BYTES: 65_536,
      QUEUE_ENTRIES: 10_000,
      QUEUE_MIB: 4,
      OUTPUT_MIB: 64,
      MAX_EVENTS: 10_000,
      EVENTS_MIB: 8,
      MAX_WAITING: 100,
      MAX_WAITING_PERSON: 10,
      MAX_WAITING_ADDRESS: 60,
      MAX_RUNS_PERSON: 15,
      RUNS_PER_MINUTE: 240,
      CPU_SECONDS_PER_HOUR: 1800,
      PEOPLE_PER_ADDRESS: 40,
      MAX_PLAYS: 16,
      MAX_PLAYS_ROOM: 12,
      PLAY_IDLE_SECONDS: 60,
      LOG: 'text',
      METRICS_TOKEN: null,
      RETENTION_DAYS: 365,
      READY: 1,
    });
    expect(CORES).toBe(os.availableParallelism());
    expect(MEMORY_MIB).toBeLessThan(os.totalmem() / 2 ** 20);
    expect(MEMORY_MIB).toBeGreaterThanOrEqual(256);
  });

  it('readSettings: an empty value counts as not given', () => {
    const names = Object.keys(readSettings({}));
    expect(readSettings(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readSettings({}));
  });

  it('readSettings: a database’s address is read from a file, too, and its password is in no message', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'settings-'));
    const file = path.join(folder, 'url');
    const url = 'postgresql://ann:hush@db.example:5433/play?sslmode=require';
    fs.writeFileSync(file, `${url}\n`);
    expect(readSettings({ DATABASE_URL_FILE: file }).DATABASE_URL).toBe(url);
    expect(readSettings({ DATABASE_URL_FILE: file, DATABASE_URL: '' }).DATABASE_URL).toBe(url);
    expect(refusal({ DATABASE_URL_FILE: file, DATABASE_URL: url })).toBe(
      'DATABASE_URL and DATABASE_URL_FILE: both are set. Set only one of them.',
    );
    fs.writeFileSync(file, 'postgres://user:hu/sh@localhost/name');
    expect(refusal({ DATABASE_URL_FILE: file })).toBe(
      `DATABASE_URL_FILE=${file}: must be an address such as postgres://user:password@host:5432/database; in the password, write / as %2F, # as %23 and ? as %3F`,
    );
    fs.rmSync(folder, { recursive: true });
    expect(refusal({ DATABASE_URL_FILE: file })).toMatch(/^DATABASE_URL_FILE=.*cannot be read/);
    for (const wrong of [
      'mysql://ann:hush@db/play',
      'postgres://ann:hush@db',
      'postgres://hush@:99999/x',
      'hush',
    ]) {
      expect(refusal({ DATABASE_URL: wrong })).toMatch(/^DATABASE_URL: must be an address such as postgres:/);
      expect(refusal({ DATABASE_URL: wrong })).not.toMatch(/hush/);
    }
  });

  it('readSettings: given values are used, and unknown variables are ignored', () => {
    const given = { HOST: '::', PORT: '0', DATA_DIR: '/tmp/x', MAX_WAITING: '0', READY: '8', PATH: '/bin' };
    expect(readSettings(given)).toEqual({
      ...readSettings({}),
      HOST: '::',
      PORT: 0,
      DATA_DIR: '/tmp/x',
      MAX_WAITING: 0,
      READY: 8,
    });
  });

  it.each([
    ['PORT', '65536', 'from 0 to 65535'],
    ['PORT', '-1', 'from 0 to 65535'],
    ['PORT', 'http', 'from 0 to 65535'],
    ['PORT', '80.5', 'from 0 to 65535'],
    ['PORT', ' 80', 'from 0 to 65535'],
    ['PORT', '0x50', 'from 0 to 65535'],
    ['PORT', '1e3', 'from 0 to 65535'],
    ['PASS_SECONDS', '0', 'from 1 to 3600'],
    ['RUN_SECONDS', '36001', 'from 1 to 36000'],
    ['MAX_JOBS', '1001', 'from 1 to 1000'],
    ['MAX_PROCESSES', '0', 'from 1 to 1000'],
    ['MEMORY_MIB', '63', 'from 64 to'],
    ['CORES', '0', 'from 1 to 4096'],
    ['LOG_BYTES', '-5', 'from 0 to'],
    ['MAX_EVENTS', '99', 'from 100 to'],
    ['MAX_WAITING', '100001', 'from 0 to 100000'],
    ['RETENTION_DAYS', '9999999999999999999999', 'from 1 to 36500'],
    ['READY', 'Infinity', 'from 0 to 8'],
  ])('readSettings: %s=%s is refused, and the error says what is allowed', (name, value, allowed) => {
    const message = refusal({ [name]: value });
    expect(message).toEqual(expect.stringContaining(`${name}=${value}: must be a whole number ${allowed}`));
  });

  it.each([
    ['PUBLIC_URL', 'https://school.example/play/', 'https://school.example/play'],
    ['PUBLIC_URL', 'http://Laptop.lan:8080/', 'http://laptop.lan:8080'],
    ['PUBLIC_URL', 'https://schüle.example:443/übung', 'https://xn--schle-mva.example/%C3%BCbung'],
    ['PUBLIC_URL', 'https://school.example/@me/c++/my%20play', 'https://school.example/@me/c++/my%20play'],
    [
      'ALLOWED_HOSTS',
      'Playground.lan, .school.example 192.168.1.7',
      ['playground.lan', '.school.example', '192.168.1.7'],
    ],
    [
      'FRAME_ANCESTORS',
      "'self' https://lms.example/, https://*.school.example:8443",
      ["'self'", 'https://lms.example', 'https://*.school.example:8443'],
    ],
    ['FRAME_ANCESTORS', "'none'", ["'none'"]],
  ])('readSettings: %s=%s is read as %j', (name, value, expected) => {
    expect(readSettings({ [name]: value })).toEqual({ ...readSettings({}), [name]: expected });
  });

  it.each([
    [
      'PUBLIC_URL',
      'must be an address such as',
      [
        'school.example',
        '//school.example',
        'ftp://school.example',
        'https://',
        'http:///play',
        'https:school.example',
        'https://school.example?a',
        'https://school.example/#a',
        'https://me:secret@school.example',
        'https://a b',
        'https://school.example//play',
        'https://school.example/a;b',
        'https://school.example/a%2fb',
        'https://school.example/%FF',
        'https://school.example/a*/b',
        'https://school.example/"',
        'https://school.example\\play',
        'https://school.example:99999',
      ],
    ],
    ['LOG', 'must be text or json', ['xml', 'JSON']],
    ['METRICS_TOKEN', 'must be at least 16', ['short', 'a b c d e f g h i j', 'ünïcödé-ünïcödé-']],
    ['ALLOWED_HOSTS', 'must be host names', ['http://a', 'a:80', '*', 'a/b', 'a@b', 'ok, *']],
    [
      'FRAME_ANCESTORS',
      'must be',
      ['self', '*', 'https://a;script-src *', 'https://a/b', "'none' https://a", "'unsafe-inline'"],
    ],
  ])('readSettings: %s is refused where it %s', (name, message, values) => {
    for (const value of values) {
      const refused = String(refusal({ [name]: value }));
      expect(refused).toContain(`${name}=${value}: ${message}`);
      expect(refused.split('\n')).toHaveLength(1);
    }
  });

  it('readSettings: all errors are reported at once, one per line', () => {
    const message = refusal({ PORT: 'x', HOST: 'localhost', CORES: 'all', MAX_JOBS: '0' });
    expect(String(message).split('\n')).toEqual([
      'PORT=x: must be a whole number from 0 to 65535',
      'MAX_JOBS=0: must be a whole number from 1 to 1000',
      'CORES=all: must be a whole number from 1 to 4096',
    ]);
  });

  it('readSettings: any text is a number within bounds or is named in the error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String)), (text) => {
        const read = refusal({ PORT: text });
        if (typeof read === 'string') expect(read).toContain(`PORT=${text}: `);
        else expect(read.PORT).toBe(text === '' ? 8080 : Number(text));
      }),
    );
  });
});

describe('MEMORY_MIB', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.resetModules();
  });

  it.each([
    ['a container of one GiB', 2 ** 30, 512],
    ['no limit that is known', 0, null],
    ['a limit past all memory', 2 ** 63, null],
  ])('MEMORY_MIB: half of the memory, in %s', async (_, constrained, expected) => {
    vi.resetModules();
    vi.spyOn(process, 'constrainedMemory').mockReturnValue(constrained);
    const machine = Math.max(256, Math.floor(Math.floor(os.totalmem() / 2 ** 20) / 2));
    const { readSettings } = await import('../server/settings.ts');
    expect(readSettings({}).MEMORY_MIB).toBe(expected ?? machine);
  });
});
