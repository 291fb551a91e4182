/** Drafts of programs in the browser's storage, and how much a program differs from its lesson's. */
import { expect, it } from 'vitest';
import { changedLines } from '../../../static/editor/changed-lines.ts';
import { Drafts, type Store } from '../../../static/editor/drafts.ts';

/** A storage that refuses more than `room` characters. */
function storage(room = Number.POSITIVE_INFINITY): Store {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (i) => [...items.keys()][i] ?? null,
    getItem: (key) => items.get(key) ?? null,
    removeItem: (key) => void items.delete(key),
    setItem(key, value) {
      if (value.length > room) throw new DOMException('full', 'QuotaExceededError');
      items.set(key, value);
    },
  };
}

it('drafts: two tabs keep their own texts of a lesson, and a new tab begins with the newest', () => {
  const store = storage();
  const [one, two, three] = ['a', 'b', 'c'].map((tab) => new Drafts(store, tab)) as [Drafts, Drafts, Drafts];
  one.keep({ place: 'lesson join', text: 'one', run: null }, 1);
  expect(two.find('lesson join', null)?.text).toBe('one');
  two.keep({ place: 'lesson join', text: 'two', run: null }, 2);
  expect(one.find('lesson join', null)?.text).toBe('one');
  expect(two.find('lesson join', null)?.text).toBe('two');
  expect(three.find('lesson join', null)?.text).toBe('two');
  expect(three.find('lesson lock', null)).toBe(null);
});

it('drafts: a reset draft stays reset in its tab, whatever other tabs have', () => {
  const store = storage();
  const [one, two] = [new Drafts(store, 'a'), new Drafts(store, 'b')];
  one.keep({ place: 'lesson join', text: 'one', run: null }, 1);
  two.keep({ place: 'lesson join', text: null, run: null }, 2);
  expect(two.find('lesson join', null)).toBe(null);
  expect(one.find('lesson join', null)?.text).toBe('one');
});

it('drafts: a draft is found at the address of the run that its page showed, and at no other run', () => {
  const drafts = new Drafts(storage(), 'a');
  drafts.keep({ place: 'lesson join', text: 'mine', run: 'R1' }, 1);
  expect(drafts.find('run R1', 'R1')).toMatchObject({ place: 'lesson join', text: 'mine' });
  expect(drafts.find('run R2', 'R2')).toBe(null);
  drafts.keep({ place: 'run R2', text: 'theirs', run: 'R2' }, 2);
  expect(drafts.find('lesson join', null)?.text).toBe('mine');
});

it('drafts: each language has its own, and one without a language is in JavaScript', () => {
  const store = storage();
  store.setItem(
    'program:1:lesson join:old',
    '{"place":"lesson join","text":"js","run":null,"tab":"a","at":1}',
  );
  const drafts = new Drafts(store, 'a');
  drafts.keep({ place: 'lesson join', text: 'py', run: 'R1', language: 'py' }, 2);
  expect(drafts.find('lesson join', null)?.text).toBe('js');
  expect(drafts.find('lesson join', null, 'py')?.text).toBe('py');
  expect(drafts.find('run R1', 'R1')).toBe(null);
  drafts.keep({ place: 'lesson join', text: null, run: null }, 3);
  expect(drafts.find('lesson join', null, 'py')).toMatchObject({ text: 'py', at: 2 });
});

it('drafts: their number and length are bounded, the newest stay, and what is no draft is left alone', () => {
  const store = storage();
  store.setItem('program:1:odd', '{"place":1}');
  store.setItem('other', 'x');
  const drafts = new Drafts(store, 'a');
  for (let i = 0; i < 40; i++) drafts.keep({ place: `lesson ${i}`, text: `${i}`, run: null }, i);
  expect(store.length).toBe(32);
  expect(drafts.find('lesson 9', null)).toBe(null);
  expect(drafts.find('lesson 10', null)?.text).toBe('10');
  expect(drafts.keep({ place: 'lesson big', text: 'x'.repeat(200_000), run: null })).toBe(false);
  expect(new Drafts(storage(10), 'a').keep({ place: 'lesson full', text: 'xx', run: null })).toBe(false);
});

it.each([
  ['a\nb\nc\n', 'a\nb\nc', 0],
  ['a\nb\nc', 'a\nx\nc', 1],
  ['a\nb\nc\nd', 'a\nx\nc\ny', 2],
  ['a\nb\nc', 'a\nc', 1],
  ['a\nc', 'a\nb\nb\nc', 2],
  ['a\nb\nc\nd\ne', 'x\nb\nc\nd', 2],
  ['', 'a\nb', 2],
  ['a\n'.repeat(2000), 'b\n'.repeat(1000), 2000],
])('changed lines: from %j to %j', (before, after, count) => expect(changedLines(before, after)).toBe(count));
