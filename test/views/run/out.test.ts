import { expect, it } from 'vitest';
import { ENDINGS } from '../../../server/exports/exports.ts';
import { outSection } from '../../../views/run/out.ts';
import { elements } from '../../markup.ts';

const spec = { modes: ['sequential', 'threads'], jobs: 5, workers: null } as unknown as Parameters<
  typeof outSection
>[0]['spec'];

it('out: links every export of a run, and has a snippet for an iframe and a QR code', async () => {
  const page = String(await outSection({ id: 'abc', spec, base: '' }, 'https://class.example'));
  const links = elements(page, 'a').map(({ attributes }) => attributes.href);
  const endings = [...ENDINGS, 'csv?for=spreadsheet', 'json', 'ndjson'];
  expect(links.toSorted(), 'views/run/out.ts has a line for each export').toEqual(
    endings.map((ending) => `/runs/abc.${ending}`).sort(),
  );
  const snippet = elements(page, 'input')[0]?.attributes;
  expect(snippet).toHaveProperty('readonly');
  const [frame] = elements(snippet?.value ?? '', 'iframe');
  expect(frame?.attributes.src).toBe('https://class.example/runs/abc/embed');
  // A site that refuses the frame still has the link.
  const [link] = elements(snippet?.value ?? '', 'a');
  expect(link?.attributes.href).toBe('https://class.example/runs/abc');
  expect(Number(frame?.attributes.height)).toBeGreaterThan(200);
  expect(elements(page, 'img')[0]?.attributes.src).toBe('/runs/abc/qr.svg');
});

it('out: escapes the host name', async () => {
  const page = String(await outSection({ id: 'abc', spec, base: '' }, 'http://"><script>'));
  expect(page).not.toContain('<script>');
});
