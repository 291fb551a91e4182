/** A program in a link: whoever wrote the link, it is either a program or a sentence about what is wrong. */
import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { PackedError, pack, unpack } from '../../../static/editor/packed-code.ts';

const FIELDS = { lesson: 'join', modes: ['threads', 'processes'], jobs: '3', seed: '' };
const packed = (content: string | Uint8Array) => deflateRawSync(content).toString('base64url');
const json = (content: unknown) => packed(JSON.stringify(content));

it('pack: unpack returns the same program, in letters that no app changes', async () => {
  const code = '// Ünï 🎉 </script>\nexport function job() {}\n'.repeat(300);
  const text = await pack({ code, fields: FIELDS });
  expect(text).toMatch(/^[\w-]+$/);
  expect(text.length).toBeLessThan(500);
  expect(await unpack(text)).toEqual({ code, fields: FIELDS });
});

it('unpack: takes only texts from what others have written', async () => {
  const fields = { jobs: 3, modes: ['threads', 4], work: ['wait'], seed: '1', runtime: 'x'.repeat(200) };
  expect(await unpack(json({ ...fields, code: 'a\r\nb\ud800', constructor: { name: 'x' } }))).toEqual({
    code: 'a\nb\ufffd',
    fields: { work: ['wait'], seed: '1' },
  });
});

const good = json({ code: 'export function job() {}' });
it.each([
  ['nothing', '', /damaged/],
  ['another alphabet', '%%%', /damaged/],
  ['not compressed', 'AAAA', /damaged/],
  ['cut short', good.slice(0, -4), /damaged/],
  ['not JSON', packed('{'), /damaged/],
  ['not UTF-8', packed(new Uint8Array([0x22, 0xff, 0x22])), /damaged/],
  ['a list', json([]), /damaged/],
  ['null', json(null), /damaged/],
  ['without a program', json({ jobs: '3' }), /damaged/],
  ['a program that is no text', json({ code: {} }), /damaged/],
  ['a long text', 'A'.repeat(300_000), /too long/],
  ['a few bytes that stand for 100 MB', packed(new Uint8Array(100_000_000)), /too long to be opened/],
])('unpack: %s is refused in words', async (_, text, words) => {
  const error = await unpack(text).catch((error) => error);
  expect(error).toBeInstanceOf(PackedError);
  expect(error.message).toMatch(words);
});
