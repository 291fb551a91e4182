/** What is made of a run's log: its page and its exports. Each must come, and be what it says it is. */
import { ENDINGS } from '../../server/exports/exports.ts';
import type { Client } from './client.ts';

const EXPORTS = ['json', 'ndjson', ...ENDINGS].map((ending) => `.${ending}`);
const OTHERS = ['', '/embed', '/qr.svg'];
const PROGRAMS = { javascript: ['/program.mjs', '/program.ts'], python: ['/program.py'] };
/** Markup that programs write (programs/write.ts), as it would be if it were not escaped. */
const MARKUP = /<img src=x|<script>alert|<b onclick/;
/** Characters that a terminal takes for commands. */
const COMMANDS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

/** Resolves with what is wrong. `made` is called once each has come, with its name. */
export async function wrongInPages(
  client: Client,
  id: string,
  language: keyof typeof PROGRAMS = 'javascript',
  made: (name: string) => Promise<void> = async () => {},
): Promise<string[]> {
  const wrong: string[] = [];
  for (const name of [...OTHERS, ...PROGRAMS[language], ...EXPORTS]) {
    const { status, text } = await client.get(`runs/${id}${name}`);
    await made(`/runs/:id${name}`);
    if (status !== 200) wrong.push(`/runs/:id${name} answers ${status}.`);
    if (['', '/embed', '.svg'].includes(name) && MARKUP.test(text))
      wrong.push(`/runs/:id${name} has its markup.`);
    if (name === '.txt' && COMMANDS.test(text)) wrong.push('/runs/:id.txt has commands for a terminal.');
    if (name.endsWith('json') && name !== '.ndjson') {
      try {
        JSON.parse(text);
      } catch {
        wrong.push(`/runs/:id${name} is not JSON.`);
      }
    }
  }
  return wrong;
}
