/** What scripts to take away print, made comparable: without what may differ from one time to the next. */

/** Lines without their times. */
export function plain(lines: string[]): string[] {
  return lines.map((line) => line.replace(/, \d+\.\d s so far$/, ''));
}

/** What in a line depends on the moment, the process, or who came first. */
const MASKS: [RegExp, string][] = [
  [/\b(process|put) \d+\b(?!\.\d)/gi, '$1 PID'],
  [/^(join .*|All jobs are done) after [\d.]+ seconds/, '$1 after S seconds'],
  [/, (running|ended), after/, ', STATE, after'],
  [/\bentry \d+ in/, 'entry N in'],
  [/ by #\d+$/, ' by #N'],
  [/ read \d+ and wrote \d+$/, ' read N and wrote N'],
  [/ added 1, which made \d+$/, ' added 1, which made N'],
  [/^(Read and write: .* the counter is) \d+$/, '$1 N'],
  [/: [\d.]+ seconds, [\d.]+ times/, ': S seconds, X times'],
  [/[\d.]+ seconds late$/, 'S seconds late'],
  [/^(Main used item .*), \d+ of/, '$1, N of'],
  // Each language has its own name for it.
  [/^(Job \d+ failed:) \w*Error:/, '$1 ERROR:'],
  // Only the page counts the lines, and a script's line goes on with the time.
  [/(?<=\b(?:job \d+|main)), line \d+(?:,(?= waits))?/g, ''],
  [/\.$/, ''],
];

/** Lines in an order of their own, without what may differ from one time to the next. */
export function comparable(lines: readonly string[]): string[] {
  return lines
    .map((line) => MASKS.reduce((text, [pattern, mask]) => text.replace(pattern, mask), line))
    .map((line) => line.replace(/\[(.*)\]/, (_, list: string) => `[${masked(list)}]`))
    .map(fromSmallest)
    .sort();
}

/** A deadlock's circle, told from the same one of its jobs, whoever closed it. */
function fromSmallest(line: string): string {
  const [, first, circle] = /^Deadlock: (job \d+) (waits for .*)$/.exec(line) ?? [];
  const steps = circle?.split(', which ') ?? [];
  const holderOf = (step = '') => /, held by (job \d+)$/.exec(step)?.[1];
  // One that does not come back to where it began is left as it is, and so is found.
  if (first === undefined || holderOf(steps.at(-1)) !== first) return line;
  const at = steps.indexOf(steps.toSorted()[0] ?? '');
  const turned = [...steps.slice(at), ...steps.slice(0, at)];
  return `Deadlock: ${holderOf(turned.at(-1))} ${turned.join(', which ')}`;
}

/** Whether the daemon of its lesson has begun: it is cut off when the other job has done two steps as long as this one. */
export function hasDaemonBegun(lines: readonly string[]): boolean {
  return lines.includes('Job 1, daemon, has done step 1 of 5');
}

/** How far a daemon gets is a matter of chance, but not whether it comes to its end. */
export function withoutDaemon(lines: readonly string[]): string[] {
  return lines.filter((line) => !/, daemon, (started|has done)/.test(line));
}

/** The entries of a list: names in order, numbers of processes as such. */
function masked(list: string): string {
  return list
    .split(', ')
    .map((entry) => entry.replace(/^\d+$/, 'PID'))
    .sort()
    .join(', ');
}
