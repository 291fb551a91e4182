import fs from 'node:fs';
import path from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../server/routes/person.ts';
import { scriptRoutes } from '../../server/routes/scripts.ts';
import { type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

describe('the scripts of a run', () => {
  let app: PlaygroundApp;
  let id: string;

  beforeAll(async () => {
    app = await playgroundApp();
    id = await app.start({ ...QUICK, lesson: 'queue' });
    await app.events(id);
  });
  afterAll(() => app.close());

  it.each([
    ['mjs', 'text/javascript', 'queue.mjs'],
    ['ts', 'text/plain', 'queue.ts'],
    // A Python script named queue.py would shadow the standard module that it imports.
    ['py', 'text/plain', 'queue-script.py'],
  ])('program.%s is shown as %s, and saved as %s', async (language, type, name) => {
    const response = await app.request(`/runs/${id}/program.${language}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    expect(response.headers.get('content-disposition')).toBe(`inline; filename="${name}"`);
    const [title, , command] = (await response.text()).split('\n');
    expect(title).toContain(`/runs/${id}`);
    expect(command).toContain(` ${name} [sequential | event-loop | threads | processes]`);
  });

  it.each([
    [['threads', 'processes'], 'threads'],
    [['processes'], 'processes'],
  ])(
    'a script starts in the mode that shows the point of its lesson, if the run has it: of %j in %s',
    async (modes, mode) => {
      const lost = await app.start({ ...QUICK, lesson: 'lost-update', modes });
      await app.events(lost);
      const text = await (await app.request(`/runs/${lost}/program.mjs`)).text();
      expect(text).toContain(`const MODE = process.argv[2] ?? '${mode}';`);
    },
  );

  it('the program of a lesson is served unchanged, as text', async () => {
    const response = await app.request('/lessons/queue/program.ts');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe(app.playground.lessons.find(({ slug }) => slug === 'queue')?.program);
    for (const slug of ['nothing', '__proto__', '..%2fqueue'])
      expect((await app.request(`/lessons/${slug}/program.ts`)).status).toBe(404);
  });

  it('responds with 404 for a missing run, and for another language', async () => {
    expect((await app.request('/runs/nobody/program.mjs')).status).toBe(404);
    expect((await app.request(`/runs/${id}/program.rb`)).status).toBe(404);
  });

  it('responds with 404 and the reason if there is no Python program, or if the lesson no longer exists', async () => {
    const ask = async (folder: string, language: string) => {
      const routes = new Hono<Env>().route('/', scriptRoutes(app.playground, folder));
      const response = await routes.request(`/runs/${id}/program.${language}`);
      return `${response.status} ${await response.text()}`;
    };
    const folder = path.join(app.folder, 'lessons');
    fs.mkdirSync(path.join(folder, 'queue'), { recursive: true });
    expect(await ask(folder, 'mjs')).toMatch(/^404 .*no longer exists/);
    fs.writeFileSync(path.join(folder, 'queue/program.ts'), 'export function job() {}\n');
    expect(await ask(folder, 'mjs')).toMatch(/^200 /);
    expect(await ask(folder, 'py')).toMatch(/^404 .*no program in Python/);
  });
});
