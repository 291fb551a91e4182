/** The table of the api in Python, from which the editor completes and explains. */
import fs from 'node:fs';
import { expect, it } from 'vitest';
import { pythonApiTable } from '../../server/programs/python-api-table.ts';
import { Api } from '../../static/editor/api.ts';

const FOLDER = 'server/program/python';
const sources = fs
  .readdirSync(FOLDER)
  .filter((name) => name.endsWith('.py'))
  .map((name) => fs.readFileSync(`${FOLDER}/${name}`, 'utf8'));
const table = pythonApiTable(sources);
const api = new Api(table);
const namesOf = (type: string) => api.members(type).map(({ name }) => name);

it('api in Python: has what programs call, with its parameters and its words, and nothing internal', () => {
  expect(api.member('Api', 'sleep')).toEqual({
    name: 'sleep',
    signature: 'sleep(seconds)',
    doc: 'Waits for `seconds`, while others may run.\n\nOn the event loop, `await` it.',
    type: '',
    params: ['seconds'],
  });
  expect(namesOf('Api')).not.toContain('start');
  expect(namesOf('MainApi')).toEqual(expect.arrayContaining(['start', 'jobs', 'log', 'lock']));
  expect(namesOf('MainApi')).not.toContain('finish');
  expect(namesOf('Started')).toEqual(expect.arrayContaining(['join', 'is_alive', 'exitcode']));
  expect(api.member('Started', 'pid')?.params).toBe(null);
  for (const { name, members } of table) {
    expect(members, name).not.toEqual([]);
    for (const member of members) expect(member.doc, `${name}.${member.name}`).not.toBe('');
  }
});

it('api in Python: every name that the lessons use of it is there', () => {
  const known = new Set(table.flatMap(({ members }) => members.map(({ name }) => name)));
  const lessons = fs
    .readdirSync('server/lessons')
    .map((name) => `server/lessons/${name}/program.py`)
    .filter((file) => fs.existsSync(file))
    .map((file) => fs.readFileSync(file, 'utf8'));
  const used = lessons.flatMap((text) => [...text.matchAll(/\bapi\.(\w+)(?:\.(\w+))?/g)]);
  expect(used.length).toBeGreaterThan(100);
  expect(
    used.flatMap(([, one = '', other = one]) => [one, other]).filter((name) => !known.has(name)),
  ).toEqual([]);
});
