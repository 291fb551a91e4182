/** A question that a teacher wrote is checked field by field. */
import { describe, expect, it } from 'vitest';
import { readQuestion, type TypedQuestion } from '../../server/rooms/round-question.ts';

const typed = (part: Partial<TypedQuestion> = {}) =>
  readQuestion({ question: 'Which?', choices: ['a', 'b'], right: '', ...part });

describe('readQuestion', () => {
  it('takes two to six answers, leaves out empty ones, and finds the one that is marked', () => {
    const choices = ['', '  yes\n', '', 'no <b>', 'مرحبا', ''];
    expect(typed({ question: ' Is\tit?\n', choices, right: '3' })).toEqual({
      question: 'Is it?',
      choices: ['yes', 'no <b>', 'مرحبا'],
      right: 1,
    });
    expect(typed()).toMatchObject({ right: null });
    expect(typed({ choices: [...'abcdef'] })).toMatchObject({ choices: [...'abcdef'] });
  });

  it.each<[string, Partial<TypedQuestion>, string, string]>([
    ['no question', { question: ' \n ' }, 'question', 'Enter a question.'],
    [
      'a long one',
      { question: 'x'.repeat(301) },
      'question',
      'Shorten the question to 300 characters: it has 301.',
    ],
    ['one answer', { choices: ['a', ' '] }, 'choices', 'Enter at least two answers.'],
    ['seven', { choices: [...'abcdefg'] }, 'choices', 'Enter at most 6 answers.'],
    [
      'a long answer',
      { choices: ['a', 'x'.repeat(121)] },
      'choice-1',
      'Shorten this answer to 120 characters: it has 121.',
    ],
    ['the same twice', { choices: ['a', 'b', ' a '] }, 'choice-2', 'This answer is there twice.'],
    [
      'an empty one marked',
      { choices: ['a', 'b', ''], right: '2' },
      'right',
      'The answer that you marked as right is empty. Write it, or mark another.',
    ],
    [
      'nonsense marked',
      { right: '1e9' },
      'right',
      'The answer that you marked as right is empty. Write it, or mark another.',
    ],
  ])('%s: says what is wrong, at its field alone', (_, part, field, words) => {
    expect(typed(part)).toEqual({ [field]: words });
  });
});
