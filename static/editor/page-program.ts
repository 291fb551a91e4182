/** What the page says about its program beside the editor: the program that was run, and what the server refused. */
import type { Language } from '../../server/spec/language.ts';
import { languageChosen } from './own-runtime.ts';
import type { Problem } from './problems.ts';

const texts = new WeakMap<Element, string>();

/**
 * Returns the program that is shown to be read; null if there is none. It is the one that the run on the page has run;
 * before a run, the lesson's in the chosen language.
 */
export function programRead(): string | null {
  return textIn((languageChosen() === 'py' ? inPython() : null) ?? read());
}

/** Returns the language of the program that the run on the page has run; null before a run. */
export function languageRun(): Language | null {
  if (runOnPage() === null) return null;
  return document.querySelector<HTMLElement>('#panel-program')?.dataset.language === 'py' ? 'py' : 'ts';
}

/** Returns the lesson's own program in a language, if a page before a run shows it; else null. */
export function originalOnPage(language: Language): string | null {
  // Only such a page has it in Python beside the other.
  const python = inPython();
  const text = python === null ? null : textIn(language === 'py' ? python : read());
  return text === null ? null : `${text}\n`;
}

function read(): HTMLElement | null {
  return document.querySelector('#panel-program > pre > code');
}

function inPython(): HTMLElement | null {
  return document.querySelector('#panel-program > .in-python > pre > code');
}

function textIn(code: HTMLElement | null): string | null {
  if (code === null) return null;
  const known = texts.get(code);
  if (known !== undefined) return known;
  const text = [...code.querySelectorAll('.line')].map(textOf).join('\n');
  texts.set(code, text);
  return text;
}

/** Returns the text of a line without what is marked there. */
function textOf({ firstChild }: Element): string {
  return firstChild instanceof Text ? firstChild.data : '';
}

/** Whether two programs are the same: the one that is read has no last line break. */
export function isSame(one: string, other: string): boolean {
  return one.replace(/\n$/, '') === other.replace(/\n$/, '');
}

/** Returns the id of the run on the page; null if it has none. */
export function runOnPage(): string | null {
  return document.querySelector<HTMLElement>('run-view')?.dataset.id ?? null;
}

/** Presses Run, unless a request is under way. */
export function pressRun(): void {
  const button = document.querySelector<HTMLButtonElement>('#run-button');
  if (button?.disabled === false) button.form?.requestSubmit(button);
}

/** Takes a key in the editor or the textarea: the page's own keys are not for somebody who types. */
export function takeKey(event: KeyboardEvent): void {
  event.stopPropagation();
  // The editor has this key itself.
  if (!(event.target instanceof HTMLTextAreaElement)) return;
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  pressRun();
}

/** Returns the name of the lesson whose program is edited; empty if there is none. */
export function lessonOnPage(): string {
  return document.querySelector<HTMLInputElement>('#run-form input[name=lesson]')?.value ?? '';
}

/** Returns the name of the challenge that the form is about; empty if it is about none. */
export function challengeOnPage(): string {
  return document.querySelector<HTMLInputElement>('#run-form input[name=challenge]')?.value ?? '';
}

/**
 * Returns the program to begin with in a language: the lesson's own or, without a lesson, that of a new program. Null if
 * the server cannot be reached.
 */
export async function fetchOriginal(language: Language): Promise<string | null> {
  const { base = '' } = document.documentElement.dataset;
  const lesson = lessonOnPage();
  const begun = `${base}/new/program.${language}`;
  try {
    const answer = await fetch(lesson === '' ? begun : `${base}/lessons/${lesson}/program.${language}`);
    if (answer.ok) return await answer.text();
    // Not every lesson has a program in every language.
    const other = answer.status === 404 && lesson !== '' ? await fetch(begun) : null;
    return other?.ok ? await other.text() : null;
  } catch {
    return null;
  }
}

/** Returns the errors in the program that are listed beside Run. */
export function refusedLines(): Problem[] {
  return [...document.querySelectorAll<HTMLElement>('.code-errors [data-line]')].map(({ dataset }) => ({
    line: Number(dataset.line),
    column: Number(dataset.column),
    text: dataset.text ?? '',
  }));
}

/**
 * Returns the place in the program that a link leads to: of an error in the list beside Run or, if `isAsRun`, of a line
 * that was run; null if `target` is not in such a link.
 */
export function placeLinked(
  target: EventTarget | null,
  isAsRun: boolean,
): { line: number; column: number } | null {
  const link = target instanceof Element ? target.closest('a') : null;
  const { line, column = '1' } = link?.closest<HTMLElement>('.code-errors [data-line]')?.dataset ?? {};
  const [, ran] = /^#line-(\d+)$/.exec(link?.hash ?? '') ?? [];
  const found = line ?? (isAsRun ? ran : undefined);
  return found === undefined ? null : { line: Number(found), column: Number(column) };
}
