/** How long a program that somebody wrote takes, beside a lesson's: to its first event, and to compile. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Guard } from '../../server/launch/guard.ts';
import { buildAll } from '../../server/programs/build.ts';
import { Compiler, javaScriptCompiler } from '../../server/programs/compiler.ts';
import { follow, settled, submit } from './client.ts';
import { type Figure, ms, quantile } from './figures.ts';

const LESSONS = fileURLToPath(new URL('lessons', import.meta.url));
const TIMES = 60;
/** The first ones warm up the server. */
const WARM_UP = 5;

/** Returns the source of a lesson of the benchmarks, with its types. */
const sourceOf = (lesson: string) => fs.readFileSync(path.join(LESSONS, lesson, 'program.ts'), 'utf8');

/** (h) From POST until a reader has the first job-started: of edited code, each time another, and of the lesson. */
export async function editedCode(base: string): Promise<Figure[]> {
  const settings = { modes: ['sequential'], runtime: 'deno', jobs: 1, minSeconds: 0, maxSeconds: 0 };
  const first = async (spec: Record<string, unknown>) => {
    await settled(base);
    const began = performance.timeOrigin + performance.now();
    let took = Number.NaN;
    await follow(await submit(base, { ...settings, ...spec }), (event, arrivedAt) => {
      if (event.type === 'job-started') took = arrivedAt - began;
    });
    return took;
  };
  const source = sourceOf('wait');
  const edited: number[] = [];
  const lesson: number[] = [];
  for (let n = 0; n < TIMES + WARM_UP; n++) {
    edited.push(await first({ code: `${source}// Edit ${n}\n` }));
    lesson.push(await first({ lesson: 'wait' }));
  }
  const [ours, least] = [edited.slice(WARM_UP), lesson.slice(WARM_UP)];
  const more = quantile(ours, 0.5) - quantile(least, 0.5);
  const pair = (values: number[]) => `p50 ${ms(quantile(values, 0.5))}, p99 ${ms(quantile(values, 0.99))}`;
  return [
    {
      name: '(h) POST of edited code to first job-started',
      measured: `${pair(ours)}: ${ms(more)} more`,
      floor: `the lesson ${pair(least)}`,
      target: 'p50 20 ms more',
      isMet: more <= 20,
    },
  ];
}

/** (i) Compiling 64 KiB: ordinary code, each time another. */
export async function compiling(folder: string): Promise<Figure[]> {
  const guard = new Guard();
  const built = await buildAll(path.join(folder, 'compiling'), LESSONS);
  const compiler = new Compiler(javaScriptCompiler(built.compiler), guard);
  const body = sourceOf('wait').replace(/^import .*$/m, '');
  const parts: string[] = [];
  for (let bytes = 0; ; bytes += (parts.at(-1) ?? '').length) {
    const part = body.replace('export async function job', `async function job${parts.length}`);
    if (bytes + part.length + body.length > 65_000) break;
    parts.push(part);
  }
  const source = parts.join('') + body;
  const times: number[] = [];
  try {
    for (let n = 0; n < TIMES + WARM_UP; n++) {
      const began = performance.now();
      const compiled = await compiler.compile(`${source}// Edit ${n}\n`);
      times.push(performance.now() - began);
      if (!compiled.ok) throw new Error(compiled.errors[0]?.text);
    }
  } finally {
    await compiler.close();
    await guard.close();
  }
  const [p50, p99] = [0.5, 0.99].map((share) => quantile(times.slice(WARM_UP), share)) as [number, number];
  return [
    {
      name: `(i) compiling ${Math.round(source.length / 1024)} KiB`,
      measured: `p50 ${ms(p50)}, p99 ${ms(p99)}`,
      floor: '–',
      target: 'p50 50 ms',
      isMet: p50 <= 50,
    },
  ];
}
