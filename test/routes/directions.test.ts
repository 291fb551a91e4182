/**
 * Names and text that run from right to left do not turn what is beside them: wherever a page shows them, they are
 * isolated, by an element or, where there are none, by Unicode's characters.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isolated, isolatedParts } from '../../server/words/isolated.ts';
import { type Client, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

const WORDS = { title: 'כותרת', lock: 'מנעול', log: 'שורה', value: 'ערך', error: 'שגיאה' } as const;
const CODE = `// ${WORDS.title} 1
export async function job(n, { lock, log, shared, queue }) {
  log('${WORDS.log} 2');
  shared.push('${WORDS.value} 3');
  await queue.put('${WORDS.value} 4');
  await queue.put('${WORDS.value} 5');
  await lock('${WORDS.lock} 5').acquire();
  throw new Error('${WORDS.error} 6');
}
export async function main({ start, join, lock, sleep, queue }) {
  const held = lock('${WORDS.lock} 5');
  await held.acquire();
  const job = await start(0);
  await queue.get();
  await sleep(0.05);
  held.release();
  await join(job);
  throw new Error('${WORDS.error} 7');
}
`;

let app: PlaygroundApp;
let owner: Client;
let id: string;
beforeAll(async () => {
  app = await playgroundApp();
  owner = await app.browser();
  id = await app.start({ ...QUICK, modes: ['threads'], code: CODE }, owner);
  await app.events(id);
});
afterAll(() => app.close());

/** Returns the places of a page with a Hebrew word that is not isolated, with what is around it. */
function exposed(page: string): string[] {
  const isolatedBy = [/<bdi>[^<]*<\/bdi>/g, /\u2068[^\u2068\u2069<>"]*\u2069/g];
  // The program itself, in lines of its own.
  const ofProgram = [/<textarea[\s\S]*?<\/textarea>/g, /<span class="line"[^>]*>[^<]*<\/span>/g];
  const rest = [...isolatedBy, ...ofProgram].reduce((text, pattern) => text.replaceAll(pattern, ''), page);
  return [...rest.matchAll(/.{0,60}[\u0590-\u05ff]+.{0,20}/g)].map(([around]) => around);
}

describe('isolated', () => {
  it('isolated: only what can turn its neighbours is', () => {
    for (const text of ['', 'lock A', 'Zoë', '漢字', '🙂', 'Привет']) expect(isolated(text)).toBe(text);
    for (const text of ['שלום', 'a ع', '\u200f', 'ߒ', '𞤀']) {
      const sentence = `waits for ${isolated(text)}, 2 s`;
      expect(sentence).toBe(`waits for \u2068${text}\u2069, 2 s`);
      expect(isolatedParts(sentence)).toEqual(['waits for ', text, ', 2 s']);
    }
  });
});

describe('a run with text from right to left', () => {
  it.each(['page', 'embed', 'compare', 'runs', 'from', 'list to compare with'])(
    '%s: isolates it',
    async (name) => {
      const path = {
        page: `/runs/${id}`,
        embed: `/runs/${id}/embed`,
        compare: `/compare?a=${id}&b=${id}`,
        runs: '/runs',
        from: `/?from=${id}`,
        'list to compare with': '/compare',
      }[name];
      const page = await (await owner.get(path ?? '')).text();
      expect(page).toMatch(/[\u0590-\u05ff]/);
      expect(exposed(page)).toEqual([]);
      if (name !== 'page') return;
      for (const word of Object.values(WORDS)) expect(page).toMatch(new RegExp(`<bdi>[^<]*${word}`));
      expect(page).toMatch(new RegExp(`<title>\u2068${WORDS.title} 1\u2069 ·`));
    },
  );

  it('.svg: isolates it', async () => {
    const svg = await (await owner.get(`/runs/${id}.svg`)).text();
    expect(svg).toContain(`waiting for lock \u2068${WORDS.lock} 5\u2069`);
    expect(exposed(svg)).toEqual([]);
  });
});
