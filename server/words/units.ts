/** Figures in words: durations, sizes, factors. The server, the page's script and drawings all use them. */

/** A duration: `30 µs`, `0.4 ms`, `43 ms`, `1.2 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 0.0005) return '0 ms';
  if (ms < 0.0995) return `${Math.round(ms * 1000)} µs`;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 119_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A moment, as precise as a visible range of `spanMs` allows: `12.3 s`, `1.204 s`, `204.318 ms`. */
export function clock(ms: number, spanMs: number): string {
  if (spanMs >= 20_000) return `${(ms / 1000).toFixed(1)} s`;
  if (spanMs >= 200) return `${(ms / 1000).toFixed(spanMs >= 2000 ? 2 : 3)} s`;
  return `${ms.toFixed(spanMs >= 20 ? 1 : spanMs >= 2 ? 2 : 3)} ms`;
}

/** A duration in seconds with one decimal, for figures that keep changing: `9.2 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** A size in memory: `812 KiB`, `41.3 MiB`. */
export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  if (size < 2 ** 20) return `${Math.round(size / 1024)} KiB`;
  if (size < 2 ** 30) return `${(size / 2 ** 20).toFixed(size < 100 * 2 ** 20 ? 1 : 0)} MiB`;
  return `${(size / 2 ** 30).toFixed(1)} GiB`;
}

/** A factor: `2.7×`. */
export function times(factor: number): string {
  return `${factorText(factor)}×`;
}

/** The figure of a factor: `2.7`, `120`, `0.03`. */
export function factorText(factor: number): string {
  if (factor > 0 && factor < 0.05) return String(Number(factor.toPrecision(1)));
  return factor >= 99.95 ? String(Math.round(factor)) : factor.toFixed(1);
}

const GROUPED = new Intl.NumberFormat('en');

/** A whole number that may be large: `1,000`. */
export function grouped(n: number): string {
  return GROUPED.format(n);
}

/** A share in whole percent: `12%`. */
export function wholePercent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

/** The range of at least one share: `76 to 79%`; `80%` if both ends read the same. */
export function percentsOf(shares: readonly number[]): string {
  const [least = '', most = ''] = [Math.min(...shares), Math.max(...shares)].map(wholePercent);
  return least === most ? least : `${least.replace('%', '')} to ${most}`;
}

/** A number with its noun: `1 job`, `5 jobs`, `10,000 events`; `plural` if that is not the noun with an s. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(n)} ${n === 1 ? noun : plural}`;
}
