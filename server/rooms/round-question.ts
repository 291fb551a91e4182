/** The question of a round: that of its lesson, or one that the teacher wrote. */
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import { shownText } from '../words/shown-text.ts';
import type { OwnQuestion, Round } from './model.ts';

/** Most characters of a question, and of an answer: they are read from the last row. */
const MAX_QUESTION = 300;
const MAX_CHOICE = 120;
/** Most answers to choose from. */
export const MAX_CHOICES = 6;

/** A question as it was typed: `right` is the index of a choice, as text; empty for none. */
export type TypedQuestion = { question: string; choices: string[]; right: string };

/** What is wrong with it, by field; `choice-0` and so on for a single choice. */
type QuestionErrors = Record<string, string>;

/** Returns the question of a round, with the index of the right answer if there is one; null if its lesson is gone. */
export function questionOf(lessons: readonly CatalogueEntry[], { lesson, own }: Round): OwnQuestion | null {
  const found = own ?? lessons.find(({ slug }) => slug === lesson)?.prediction;
  return found ? { right: null, ...found } : null;
}

/** Checks a question. Choices that were left empty are left out. */
export function readQuestion({ question, choices, right }: TypedQuestion): OwnQuestion | QuestionErrors {
  const errors: QuestionErrors = {};
  const asked = lineOf(question);
  if (asked === '') errors.question = 'Enter a question.';
  const long = tooLong(asked, MAX_QUESTION);
  if (long) errors.question = `Shorten the question ${long}`;
  const lines = choices.map(lineOf);
  for (const [i, line] of lines.entries()) {
    const long = tooLong(line, MAX_CHOICE);
    if (long) errors[`choice-${i}`] = `Shorten this answer ${long}`;
    else if (line !== '' && lines.indexOf(line) < i) errors[`choice-${i}`] = 'This answer is there twice.';
  }
  const filled = lines.flatMap((line, i) => (line === '' ? [] : [i]));
  if (filled.length < 2) errors.choices = 'Enter at least two answers.';
  if (filled.length > MAX_CHOICES) errors.choices = `Enter at most ${MAX_CHOICES} answers.`;
  const marked = right === '' ? null : filled.indexOf(Number(right));
  if (marked === -1)
    errors.right = 'The answer that you marked as right is empty. Write it, or mark another.';
  if (Object.keys(errors).length > 0) return errors;
  return {
    question: shownText(asked),
    choices: filled.map((i) => shownText(lines[i] ?? '')),
    right: marked,
  };
}

/** Reports whether a question was accepted. */
export function isQuestion(read: OwnQuestion | QuestionErrors): read is OwnQuestion {
  return Array.isArray(read.choices);
}

function lineOf(typed: string): string {
  return typed.toWellFormed().replace(/\s+/g, ' ').trim();
}

function tooLong({ length }: string, most: number): string | null {
  return length > most ? `to ${most} characters: it has ${length.toLocaleString('en-US')}.` : null;
}
