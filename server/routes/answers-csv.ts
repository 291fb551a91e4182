/** What the members of a room said in all of its rounds, as a table. */
import { rowsAsCsv } from '../exports/csv.ts';
import type { Room } from '../rooms/room.ts';
import { questionOf } from '../rooms/round-question.ts';
import type { Playground } from './playground.ts';

const COLUMNS = ['round', 'lesson', 'question', 'member', 'first_answer', 'second_answer', 'explanation'];

/** Returns a row for each member who said something in a round, for spreadsheets in `language`. */
export function answersCsv(
  { lessons }: Playground,
  { state, members, answers }: Room,
  language: string,
): string {
  const rows = state.rounds.flatMap((round) => {
    const { number, lesson } = round;
    const { question = '', choices = [] } = questionOf(lessons, round) ?? {};
    const said = new Map(answers.explanations(number).map(({ member, text }) => [member, text]));
    return members.flatMap((member) => {
      const chosen = ([1, 2] as const).map((vote) => {
        const choice = answers.choiceOf(number, vote, member.number);
        return choice === null ? null : (choices[choice] ?? null);
      });
      const text = said.get(member.number) ?? null;
      if (text === null && chosen.every((one) => one === null)) return [];
      return [[number, lesson, question, member.name, ...chosen, text]];
    });
  });
  return rowsAsCsv([COLUMNS, ...rows], language);
}
