/**
 * Environment variables that look like settings of ours and are none: misspelt, or named as elsewhere. Most variables
 * have nothing to do with the server, so only what is close to one of its settings counts.
 */

/** What other programs call something that is a setting here. */
const ELSEWHERE: Record<string, readonly string[]> = {
  HOST: ['BIND', 'BIND_ADDRESS', 'LISTEN', 'LISTEN_ADDRESS', 'SERVER_HOST'],
  PORT: ['HTTP_PORT', 'LISTEN_PORT', 'SERVER_PORT'],
  PUBLIC_URL: [
    'APP_URL',
    'BASE_PATH',
    'BASE_URL',
    'EXTERNAL_URL',
    'ROOT_PATH',
    'ROOT_URL',
    'SITE_URL',
    'URL_PREFIX',
  ],
  TRUST_PROXY: ['BEHIND_PROXY', 'PROXIES', 'TRUSTED_PROXIES'],
  DATA_DIR: ['DATA', 'DATA_FOLDER', 'DATA_PATH'],
  DATABASE_URL: ['DATABASE', 'DATABASE_URI', 'DB_URL', 'PG_URL', 'POSTGRES_URL', 'POSTGRESQL_URL'],
  MEMORY_MIB: ['MAX_MEMORY', 'MEMORY', 'MEMORY_LIMIT', 'MEMORY_MB'],
  CORES: ['CPUS', 'MAX_CORES', 'MAX_CPUS'],
  LOG: ['LOG_FORMAT'],
  RETENTION_DAYS: ['RETENTION'],
};
/** Shorter names are too close to too much, such as `POST`, `PORTS` and `HOSTS`: only slips of the hand count. */
const SHORTEST = 5;
/** Of names that are shorter still, not even those. */
const LEAST = 4;
/** From this length on, two letters may be wrong. */
const LONG = 9;
/** Kubernetes sets these for a service with our name. */
const OF_A_SERVICE = /^PLAYGROUND_(SERVICE_|PORT)/;

/**
 * Returns one sentence on all of `names` that look like one of the `settings` and are none; null if none does. `isSet`
 * reports whether a setting has a value: then a variable with another program's name for it is ignored.
 */
export function unknownSettings(
  names: readonly string[],
  settings: readonly string[],
  isSet: (setting: string) => boolean,
): string | null {
  const found = names.flatMap((name) => {
    const meant = settings.includes(name) ? null : settingMeant(name, settings, isSet);
    return meant === null ? [] : [`${name} (perhaps ${meant})`];
  });
  if (found.length === 0) return null;
  const are =
    found.length === 1 ? 'is no setting of this server, and has' : 'are no settings of this server, and have';
  return `${found.join(', ')} ${are} no effect: see docs/settings.md.`;
}

/** Returns the setting that was probably meant; null if none. */
function settingMeant(
  name: string,
  settings: readonly string[],
  isSet: (setting: string) => boolean,
): string | null {
  if (OF_A_SERVICE.test(name)) return null;
  const called = settings.find((setting) => ELSEWHERE[setting]?.includes(name));
  if (called) return isSet(called) ? null : called;
  const own = name.replace(/^PLAYGROUND_/, '');
  const comparable = own === name ? settings.filter(({ length }) => length >= SHORTEST) : settings;
  // `maxJobs`, `MAX-JOBS`, or the name of a file that has the value.
  const written = comparable.find(
    (setting) => plainOf(own) === plainOf(setting) || own === `${setting}_FILE`,
  );
  // Its first words: `MAX_RUN`.
  const begun = own.includes('_') ? comparable.find((setting) => setting.startsWith(own)) : undefined;
  return written ?? closest(own, comparable) ?? begun ?? slipped(own, settings);
}

/** Returns the short setting that `name` is, but for a letter that was typed twice, or two that changed places. */
function slipped(name: string, settings: readonly string[]): string | null {
  const short = settings.filter(({ length }) => length >= LEAST && length < SHORTEST);
  const found = short.find((setting) => {
    if (name.length === setting.length) return distanceOf(name, setting) === 1 && isReordered(name, setting);
    return [...setting].some((letter, i) => name === setting.slice(0, i) + letter + setting.slice(i));
  });
  return found ?? null;
}

function isReordered(one: string, other: string): boolean {
  return [...one].sort().join('') === [...other].sort().join('');
}

function plainOf(name: string): string {
  return name.replaceAll(/[_-]/g, '').toUpperCase();
}

/** Returns the setting that `name` is a misspelling of, if it is close enough. */
function closest(name: string, settings: readonly string[]): string | null {
  const by = settings.map((setting) => ({ setting, distance: distanceOf(name, setting) }));
  const [first] = by
    .filter(({ setting, distance }) => distance <= (setting.length >= LONG ? 2 : 1))
    .sort((a, b) => a.distance - b.distance);
  return first?.setting ?? null;
}

/** Counts the letters that are missing, added, wrong, or in the wrong order beside each other. */
function distanceOf(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      rows[i]?.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
          isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
