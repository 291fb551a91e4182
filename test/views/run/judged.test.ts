/** The guess, judged. */
import { expect, it } from 'vitest';
import { judgement } from '../../../views/run/judged.ts';
import { elements } from '../../markup.ts';

const PREDICTION = { question: 'How many?', choices: ['None', 'One', 'Five'] };

/** The heading, the text of each choice, and the reason. */
function shown(right: number[] | null, guess: number | null) {
  const html = String(judgement(PREDICTION, right && { right, why: 'Main found 5.' }, guess));
  const texts = (name: string) => elements(html, name).map(({ text }) => text);
  return { heading: texts('h3')[0], choices: texts('li'), why: texts('p')[1] };
}

it('judgement: marks the right choice and yours, in words and by a sign', () => {
  expect(shown([2], 1)).toEqual({
    heading: 'Your guess was wrong',
    choices: ['None', '✗ One your guess', '✓ Five right'],
    why: 'Why: Main found 5.',
  });
  expect(shown([2], 2)).toMatchObject({
    heading: 'Your guess was right',
    choices: ['None', 'One', '✓ Five right, your guess'],
  });
});

it('judgement: without a guess it is the answer; several, none, or no answer are said so', () => {
  expect(shown([2], null)).toMatchObject({ heading: 'The answer', choices: ['None', 'One', '✓ Five right'] });
  expect(shown([0, 2], null).heading).toBe('The answer: it depends');
  expect(shown([0, 2], 0).heading).toBe('Your guess was right, but it depends');
  expect(shown([0, 2], 1).heading).toBe('Your guess was wrong');
  expect(shown([], 1).heading).toBe('No answer fits this run');
  const none = shown(null, 1);
  expect(none.heading).toBe('No answer from this run');
  // A guess that nothing has decided is not marked as wrong.
  expect(none.choices).toEqual(['None', 'One your guess', 'Five']);
});
