/** What the page says about its program beside the editor: the program that was run, and what the server refused. */
import type { Problem } from './problems.ts';

const texts = new WeakMap<Element, string>();

/** Returns the program that is shown to be read, which the run on the page has run; null if there is none. */
export function programRead(): string | null {
  const code = document.querySelector<HTMLElement>('#panel-program > pre > code');
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

/** Returns the name of the lesson whose program is edited; empty if there is none. */
export function lessonOnPage(): string {
  return document.querySelector<HTMLInputElement>('#run-form input[name=lesson]')?.value ?? '';
}

/** Returns the lesson's own program; null if it cannot be had. */
export async function fetchLesson(slug: string): Promise<string | null> {
  const { base = '' } = document.documentElement.dataset;
  try {
    const answer = await fetch(`${base}/lessons/${slug}/program.ts`);
    return answer.ok ? await answer.text() : null;
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
