/** What the browser keeps about lessons, with storage and without. */
import { afterEach, expect, it, vi } from 'vitest';
import { KeptByBrowser } from '../../../static/page/guesses.ts';

afterEach(() => void vi.unstubAllGlobals());

/** Stands in for the browser's storage, which Node has in another form. */
function useStorage(): Map<string, string> {
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  });
  return stored;
}

it('KeptByBrowser: keeps guesses, those of runs, words, and the lessons that are done, for the next page', () => {
  useStorage();
  const kept = new KeptByBrowser();
  kept.setGuess('join', 'It fails');
  kept.setGuessOf('a', 'It fails');
  kept.setGuessOf('b', '');
  kept.setWords('join', 'A join waits.');
  kept.addDone('join');
  kept.addDone('join');
  const later = new KeptByBrowser();
  expect(later.guess('join')).toBe('It fails');
  expect([later.guessOf('a'), later.guessOf('b'), later.guessOf('c')]).toEqual(['It fails', '', null]);
  expect(later.words('join')).toBe('A join waits.');
  expect(later.done).toEqual(['join']);
  later.setGuessOf('a', null);
  expect(new KeptByBrowser().guessOf('a')).toBeNull();
});

it('KeptByBrowser: keeps the guesses of the newest runs only', () => {
  const stored = useStorage();
  const kept = new KeptByBrowser();
  for (let n = 0; n < 150; n++) kept.setGuessOf(`run ${n}`, 'Five');
  expect(kept.guessOf('run 149')).toBe('Five');
  expect(kept.guessOf('run 49')).toBeNull();
  expect(JSON.parse(stored.get('guesses') ?? '')).toHaveLength(100);
});

it('KeptByBrowser: what something else has stored under its names does no harm', () => {
  for (const value of ['{', '5', 'null', '[1, ["a"], ["run", 5], ["run", "Five"]]']) {
    useStorage().set('guesses', value);
    const kept = new KeptByBrowser();
    expect(kept.guessOf('run')).toBe(value.startsWith('[1') ? 'Five' : null);
    kept.setGuessOf('other', 'One');
    expect(kept.guessOf('other')).toBe('One');
  }
});

it('KeptByBrowser: without storage it keeps them as long as the page', () => {
  const deny = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: deny, setItem: deny });
  const kept = new KeptByBrowser();
  expect(kept.guess('join')).toBeNull();
  kept.setGuess('join', 'It fails');
  kept.setWords('join', 'A join waits.');
  kept.setGuessOf('a', 'It fails');
  expect([kept.guess('join'), kept.words('join'), kept.guessOf('a')]).toEqual([
    'It fails',
    'A join waits.',
    'It fails',
  ]);
  expect(new KeptByBrowser().guess('join')).toBeNull();
});
