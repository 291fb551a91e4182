/** Statistics and printing for the benchmarks. */

/** A measured figure, with what it is compared with. */
export type Figure = { name: string; measured: string; floor: string; target: string; isMet: boolean | null };

/** Returns the value below which `share` of `values` lie. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}

/** Writes the median and the slowest of a hundred. */
export function pair(values: number[]): string {
  return `p50 ${ms(quantile(values, 0.5))}, p99 ${ms(quantile(values, 0.99))}`;
}

/** Prints figures as a table, and then as JSON. */
export function print(figures: Figure[]): void {
  const columns = ['name', 'measured', 'floor', 'target'] as const;
  const header = { name: 'figure', measured: 'measured', floor: 'beside it', target: 'target' };
  const widths = columns.map((column) =>
    Math.max(header[column].length, ...figures.map((one) => one[column].length)),
  );
  const row = (one: Record<(typeof columns)[number], string>) =>
    columns.map((column, index) => one[column].padEnd(widths[index] ?? 0)).join('  ');
  console.log(`${row(header)}  met`);
  for (const one of figures)
    console.log(`${row(one)}  ${one.isMet === null ? '–' : one.isMet ? 'yes' : 'NO'}`);
  console.log(JSON.stringify(figures));
}
