/** The list of a browser's own runs. */
import { expect, it } from 'vitest';
import type { Spec } from '../../../server/spec/spec.ts';
import { runList } from '../../../views/page/run-list.ts';
import { elements } from '../../markup.ts';

it('runList: a run has its lesson, its modes, how it ended, and its time, in UTC until the page’s script is there', async () => {
  const spec: Spec = {
    lesson: 'lock',
    code: '',
    modes: ['event-loop', 'threads'],
    runtime: 'node',
    jobs: 4,
    workers: null,
    minSeconds: 0.8,
    maxSeconds: 1.2,
    work: 'wait',
    seed: 1,
  };
  const createdAt = Date.UTC(2025, 10, 22, 12, 14, 5);
  const runs = [
    { id: 'one', createdAt, spec, status: 'failed' },
    { id: 'gone', createdAt, spec: { ...spec, lesson: 'gone' }, status: null },
  ];
  const html = String(await runList(runs, ({ lesson }) => (lesson === 'lock' ? 'A lock' : lesson), '/play'));
  const links = elements(html, 'a').map(({ attributes, text }) => [attributes.href, text]);
  expect(links).toEqual([
    ['/play/runs/one', 'A lock'],
    ['/play/runs/one/delete', 'Delete'],
    ['/play/runs/gone', 'gone'],
    ['/play/runs/gone/delete', 'Delete'],
  ]);
  const [item] = elements(html, 'li');
  expect(item?.text).toMatch(
    /4 jobs of 0\.8 to 1\.2 s, event loop, threads, Node\.js\s+failed, 2025-11-22 12:14 UTC/,
  );
  expect(elements(html, 'time')[0]?.attributes).toEqual({
    class: 'local',
    datetime: '2025-11-22T12:14:05.000Z',
  });
});
