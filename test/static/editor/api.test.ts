/** What the editor knows of the api: every member, and what the expressions of a program are. */
import fs from 'node:fs';
import { parser } from '@lezer/javascript';
import { expect, it } from 'vitest';
import { apiTable } from '../../../server/programs/api-table.ts';
import { Api, type ApiType } from '../../../static/editor/api.ts';
import { ApiTypes } from '../../../static/editor/api-types.ts';

const source = fs.readFileSync(new URL('../../../server/program/types.ts', import.meta.url), 'utf8');
const table: ApiType[] = apiTable(source);
const api = new Api(table);

it('api table: every member of every exported type is there, with its declaration and its doc comment', () => {
  const exported = [...source.matchAll(/^export type (\w+) =/gm)].map(([, name]) => name);
  expect(table.map(({ name }) => name).filter((name) => !name.includes('.'))).toEqual(exported);
  // Members, by their indentation; nested ones are indented further, or are in the same line.
  const declared = [...source.matchAll(/(?:^ {2,4}|[{;] (?=readonly ))(?:readonly )?(\w+)\??[(:]/gm)].map(
    ([, name]) => name,
  );
  const known = table.flatMap(({ members }) => members.map(({ name }) => name));
  expect(known.toSorted()).toEqual(declared.toSorted());
  // Each doc comment belongs to a member, except those of types and of the file.
  const comments = source.match(/^ {2,4}\/\*\*/gm) ?? [];
  expect(table.flatMap(({ members }) => members.filter(({ doc }) => doc !== ''))).toHaveLength(
    comments.length,
  );
  for (const { members } of table)
    for (const { doc, signature } of members) expect(doc + signature).not.toMatch(/\*\/|\/\*|\n /);
  expect(api.member('MainApi', 'start')?.params).toEqual(['n: number', 'options?: { daemon?: boolean }']);
  expect(api.member('MainApi', 'lock')?.type).toBe('Lock');
  expect(api.members('Counter').map(({ name }) => name)).toEqual(['read', 'write', 'add']);
});

/** Returns the type of the expression before `|` in a program, which is being typed. */
function typeBefore(program: string): string | null {
  const at = program.indexOf('|');
  const text = program.replace('|', '.');
  const tree = parser.configure({ dialect: 'ts' }).parse(text);
  const node = tree.resolveInner(at + 1, -1);
  const member = node.name === 'MemberExpression' ? node : node.parent;
  return new ApiTypes(api, (from, to) => text.slice(from, to)).typeOf(member?.firstChild ?? null);
}

it.each([
  ['export function job(n, api) { api| }', 'JobApi'],
  ['export const main = async (api) => { api| }', 'MainApi'],
  ['export function check(given) { given| }', 'CheckApi'],
  ['export function check({ shared }) { shared| }', 'CheckApi.shared'],
  ['async function main({ queue: q }) { q| }', 'Queue'],
  ['async function help(api: MainApi) { (await api.start(1))| }', 'Started'],
  ['function job(n: number, { lock }: JobApi) { lock("A")| }', 'Lock'],
  ['function job(n, { lock }) { const a = lock("A"); if (n) { a| } }', 'Lock'],
  ['async function main({ start }) { const one = await start(0); one| }', 'Started'],
  ['async function main({ start }) { const one = start(0); one| }', 'Promise<Started>'],
  ['function job(n, { shared: { counter } }) { counter| }', null],
  ['function job(n, { shared }) { const { counter } = shared; counter| }', 'Counter'],
  ['function job(n, { shared }) { shared.counter| }', 'Counter'],
  ['function job(n, { lock }) { lock| }', null],
  ['function job(n, { lock }) { { const lock = 1; lock("A")| } }', null],
  ['const a = a; function job() { a| }', null],
  ['function job(n, { random }) { random()| }', 'number'],
])('api types: %s', (program, type) => expect(typeBefore(program)).toBe(type));
