/** A learner's copy of the program that the teacher of a room has given: which one it was made from, and its repair. */
import { type Language, languageOf } from '../../server/spec/language.ts';
import { type Fields, fillInUnchanged } from './form-fields.ts';

/** A program of a room, by its number. */
export type Given = { room: string; number: number };

/** The text of a program that was given, and its settings as a form has them. */
type GivenProgram = { code: string; fields: Fields };

/** A program that was repaired. `settle` fills in the settings that it brings, but for those that the learner has set. `isMerged`: the changes of the learner are in it. */
type Repair = { text: string; given: string; language: Language; isMerged: boolean; settle(): void };

/** Returns where the draft of a copy is kept: see `Draft`. */
export function placeOf({ room, number }: Given): string {
  return `room ${room} ${number}`;
}

/** Returns the program that the copy on the page was made from; null if there is no copy. `place`: of its draft. */
export function copyOnPage(place = ''): Given | null {
  const form = document.querySelector<HTMLFormElement>('#run-form');
  const room = form?.querySelector<HTMLInputElement>('[name=room]')?.value;
  const [, kept, number] = /^room (\w+) (\d+)$/.exec(place) ?? [];
  const start =
    form?.querySelector<HTMLInputElement>('[name=start]')?.value ?? (kept === room ? number : undefined);
  return room === undefined || start === undefined ? null : { room, number: Number(start) };
}

/** Returns the program that the room is about now; null if it is a lesson, or if the page is in no room. */
export function givenInRoom(): number | null {
  const start = document.querySelector<HTMLElement>('#room-bar')?.dataset.start;
  return start === undefined ? null : Number(start);
}

/** Notes that the copy on the page is now one of program `number`. */
export function setCopy(number: number): void {
  const start = document.querySelector<HTMLInputElement>('#run-form [name=start]');
  if (start) start.value = String(number);
}

/** Returns the repair of a copy, with its text by language; null if the server cannot be reached. */
export async function repairOf(
  copy: Given,
  number: number,
  own: (language: Language) => string,
): Promise<Repair | null> {
  // Few ever need what merges: it is loaded then.
  const loading = import('./repair.ts').catch(() => null);
  const [before, given, merging] = await Promise.all([
    fetchGiven(copy),
    fetchGiven({ ...copy, number }),
    loading,
  ]);
  if (given === null || merging === null) return null;
  const language = languageIn(given);
  const isSameLanguage = before !== null && languageIn(before) === language;
  const merged = isSameLanguage ? merging.repaired(own(language), before.code, given.code) : null;
  const form = document.querySelector<HTMLFormElement>('#run-form');
  const settle = () => before && form && fillInUnchanged(form, before.fields, given.fields);
  return { text: merged ?? given.code, given: given.code, language, isMerged: merged !== null, settle };
}

function languageIn({ fields }: GivenProgram): Language {
  return languageOf(typeof fields.runtime === 'string' ? fields.runtime : '');
}

async function fetchGiven({ room, number }: Given): Promise<GivenProgram | null> {
  const { base = '' } = document.documentElement.dataset;
  try {
    const answer = await fetch(`${base}/rooms/${room}/program.json?number=${number}`);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
