/**
 * Metrics in the text format of Prometheus, version 0.0.4. Written here, because the usual library takes 16 MiB of
 * memory and 0.1 s of each start for it.
 */

/** A value, and what distinguishes it from others of its metric. */
export type Sample = { labels?: Readonly<Record<string, string>>; value: number };

/** A metric with all its values. Names of counters end in `_total`. */
export type Metric = { name: string; help: string; type: 'counter' | 'gauge'; samples: readonly Sample[] };

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Returns the lines of a metric. */
export function metricText({ name, help, type, samples }: Metric): string {
  return `${headOf(name, help, type)}${samples.map(({ labels, value }) => lineOf(name, labels, value)).join('')}`;
}

function headOf(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
}

function lineOf(name: string, labels: Sample['labels'] = {}, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${valueText(value)}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** Counts values in buckets, for each combination of labels. */
export class Histogram {
  #name: string;
  #help: string;
  #bounds: readonly number[];
  #series = new Map<string, { labels: Record<string, string>; counts: number[]; sum: number }>();

  /** `bounds` are the highest values of the buckets, in rising order. */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
  }

  observe(labels: Record<string, string>, value: number): void {
    const key = JSON.stringify(labels);
    const found = this.#series.get(key) ?? { labels, counts: Array(this.#bounds.length + 1).fill(0), sum: 0 };
    this.#series.set(key, found);
    const at = this.#bounds.findIndex((bound) => value <= bound);
    const bucket = at < 0 ? this.#bounds.length : at;
    found.counts[bucket] = (found.counts[bucket] ?? 0) + 1;
    found.sum += value;
  }

  /** Returns its lines: buckets count all that is not above their bound. */
  text(): string {
    const lines = [...this.#series.values()].flatMap(({ labels, counts, sum }) => {
      let total = 0;
      const buckets = counts.map((count, i) => {
        total += count;
        const le = valueText(this.#bounds[i] ?? Number.POSITIVE_INFINITY);
        return lineOf(`${this.#name}_bucket`, { ...labels, le }, total);
      });
      return [
        ...buckets,
        lineOf(`${this.#name}_sum`, labels, sum),
        lineOf(`${this.#name}_count`, labels, total),
      ];
    });
    return `${headOf(this.#name, this.#help, 'histogram')}${lines.join('')}`;
  }
}
