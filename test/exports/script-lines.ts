/** Makes the output of downloadable scripts comparable: removes what may differ from run to run. */

/** Returns lines without their times. */
export function plain(lines: string[]): string[] {
  return lines.map((line) => line.replace(/, \d+\.\d s so far$/, ''));
}

/** The parts of a line that depend on timing, on the process, or on which job came first. */
const MASKS: [RegExp, string][] = [
  [/\b(process|put) \d+\b(?!\.\d)/gi, '$1 PID'],
  [/^(join .*|All jobs are done) after [\d.]+ seconds/, '$1 after S seconds'],
  [/, (?:(?:process PID, )?(?:running|ended)|waiting for a worker), after/, ', STATE, after'],
  [/\bentry \d+ in/, 'entry N in'],
  [/(: at most) \d+ of/, '$1 N of'],
  [/ has looked \d+ times$/, ' has looked N times'],
  [/ by worker \d+$/, ' by worker N'],
  [/ read \d+ and wrote \d+$/, ' read N and wrote N'],
  [/ added 1, which made \d+$/, ' added 1, which made N'],
  [/^(Read and write: .* the counter is) \d+,/, '$1 N,'],
  [/^(Two locks: .* the counter is) \d+,/, '$1 N,'],
  [/: [\d.]+ seconds, [\d.]+ times/, ': S seconds, X times'],
  [/: [\d.]+ seconds, jobs: (\d+)$/, ': S seconds, jobs: $1'],
  [/[\d.]+ seconds late$/, 'S seconds late'],
  [/^(Main used item .*), \d+ of/, '$1, N of'],
  // Each language has a different name for it.
  [/^((?:Job \d+|Main) failed:) \w*Error:/, '$1 ERROR:'],
  // What the lesson on crashes throws, in the word of each language.
  [/ has raised this$/, ' has thrown this'],
  // In Python, the exit code of a process that a signal has ended says which.
  [/, exit code -9$/, ', no exit code'],
  [/^(?:Promise\.all|asyncio\.gather|start all, then join): /, 'ALL: '],
  [/^(?:await|join) in a loop: /, 'IN A LOOP: '],
  // Only the page counts lines, and a script's line continues with the time.
  [/(?<=\b(?:job \d+|main)), line \d+(?:,(?= waits))?/g, ''],
  [/\.$/, ''],
];

/** Returns lines in sorted order, without what may differ from run to run. */
export function comparable(lines: readonly string[]): string[] {
  return lines
    .map((line) => MASKS.reduce((text, [pattern, mask]) => text.replace(pattern, mask), line))
    .map((line) => line.replace(/\[(.*)\]/, (_, list: string) => `[${masked(list)}]`))
    .map(fromSmallest)
    .sort();
}

/** Rotates a deadlock's circle to start at its smallest job, whichever job closed it. */
function fromSmallest(line: string): string {
  const [, first, circle] = /^Deadlock: (job \d+) (waits for .*)$/.exec(line) ?? [];
  const steps = circle?.split(', which ') ?? [];
  const holderOf = (step = '') => /, held by (job \d+)$/.exec(step)?.[1];
  // A circle that does not return to its start is left unchanged, and so fails the comparison.
  if (first === undefined || holderOf(steps.at(-1)) !== first) return line;
  const at = steps.indexOf(steps.toSorted()[0] ?? '');
  const turned = [...steps.slice(at), ...steps.slice(0, at)];
  return `Deadlock: ${holderOf(turned.at(-1))} ${turned.join(', which ')}`;
}

/**
 * Returns whether the lesson's daemon has begun: it is cut off when the other job has done two steps of the same
 * length.
 */
export function hasDaemonBegun(lines: readonly string[]): boolean {
  return lines.includes('Job 1, daemon, has done step 1 of 5');
}

/** Removes the daemon's lines: how far it gets is random, but not whether it finishes. */
export function withoutDaemon(lines: readonly string[]): string[] {
  return lines.filter((line) => !/, daemon, (started|has done)/.test(line));
}

/** Normalises the entries of a list: names in order, process ids masked. */
function masked(list: string): string {
  return list
    .split(', ')
    .map((entry) => entry.replace(/^\d+$/, 'PID'))
    .sort()
    .join(', ');
}
