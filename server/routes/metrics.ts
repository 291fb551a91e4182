/** How busy and how well the server is, for Prometheus: totals of the server, never of one room or person. */
import process from 'node:process';
import { Hono } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import { HTTPException } from 'hono/http-exception';
import { SERVER_RUNTIME } from '../launch/runtimes.ts';
import { clusterMetrics } from './cluster-metrics.ts';
import { failure } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { Histogram, type Metric, metricText, PROMETHEUS_TYPE, type Sample } from './prometheus-text.ts';
import type { Answered } from './requests.ts';

/** Bounds of the buckets for requests, in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const OFF = 'Metrics are off on this server. Its operator can set METRICS_TOKEN.';

export class Metrics {
  #playground: Playground;
  #requests = new Histogram(
    'http_request_duration_seconds',
    'Time until responses began, by route, method and status.',
    BOUNDS,
  );

  constructor(playground: Playground) {
    this.#playground = playground;
  }

  /** Counts a request. */
  answered({ method, route, status, seconds }: Answered): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  /** Returns all metrics as text. */
  async text(): Promise<string> {
    const { runs, rooms, ready, health, settings, cluster } = this.#playground;
    await health.look();
    const load = await runs.load();
    const problems = health.problems();
    const { user, system } = process.cpuUsage();
    const samples = (name: string, entries: Iterable<[string, number | undefined]>): Sample[] =>
      [...entries].map(([label, value = 0]) => ({ labels: { [name]: label }, value }));
    const one = (value: number): Sample[] => [{ value }];
    const gauge = (name: string, help: string, of: Sample[]): Metric => ({
      name,
      help,
      type: 'gauge',
      samples: of,
    });
    const counter = (name: string, help: string, of: Sample[]): Metric => ({
      name,
      help,
      type: 'counter',
      samples: of,
    });
    const metrics = [
      gauge('playground_info', 'The runtime of the server, and what it does.', [
        {
          labels: { runtime: SERVER_RUNTIME, role: settings.ROLE, ...(cluster && { id: cluster.id }) },
          value: 1,
        },
      ]),
      gauge('playground_up', 'Whether runs can start.', one(health.noRun === null ? 1 : 0)),
      gauge(
        'playground_problems',
        'What does not work, by part and code; see /healthz.',
        problems.map(({ part, code }) => ({ labels: { part, code }, value: 1 })),
      ),
      gauge('playground_runs_active', 'Runs under way, on all servers together.', one(load.active)),
      gauge(
        'playground_runs_waiting',
        'Runs that wait for their turn, on all servers together.',
        one(load.waiting),
      ),
      counter(
        'playground_runs_ended_total',
        'Runs that have ended here, by status.',
        samples('status', runs.endings),
      ),
      gauge('playground_rooms', 'Rooms that are open.', one(await rooms.count())),
      gauge(
        'playground_ready_processes',
        'Processes kept ready, by kind.',
        samples('kind', Object.entries(ready.counts)),
      ),
      gauge('playground_cores', 'Cores for all programs together.', one(settings.CORES)),
      gauge(
        'playground_memory_bytes',
        'Memory for all programs together.',
        one(settings.MEMORY_MIB * 2 ** 20),
      ),
      counter(
        'process_cpu_seconds_total',
        'Computing time of the server itself.',
        one((user + system) / 1e6),
      ),
      gauge('process_resident_memory_bytes', 'Memory of the server itself.', one(process.memoryUsage().rss)),
      gauge(
        'process_start_time_seconds',
        'When the server started, since 1970.',
        one(performance.timeOrigin / 1000),
      ),
    ];
    if (cluster) metrics.push(...(await clusterMetrics(cluster)));
    return `${metrics.map(metricText).join('')}${this.#requests.text()}`;
  }
}

/** Routes `GET /metrics`, for whoever sends METRICS_TOKEN. `metrics` is null if there is no such setting. */
export function metricsRoutes(playground: Playground, metrics: Metrics | null): Hono<Env> {
  const routes = new Hono<Env>();
  const token = playground.settings.METRICS_TOKEN;
  if (metrics === null || token === null) {
    routes.get('/metrics', (c) => failure(c, playground, 404, OFF));
    return routes;
  }
  // Its answer says how to authenticate.
  routes.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse();
    throw error;
  });
  routes.get('/metrics', bearerAuth({ token }), async (c) =>
    c.body(await metrics.text(), 200, { 'Content-Type': PROMETHEUS_TYPE }),
  );
  return routes;
}
