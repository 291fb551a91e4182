/**
 * The choice of the runtime, in the form. It says which language the program is in, and not every one may run a changed
 * program (server/launch/sandbox.ts).
 */
import { LANGUAGE_NAMES, type Language, languageOf } from '../../server/spec/language.ts';

/** Returns the language of the runtime that is chosen; null if there is no choice. */
export function languageChosen(): Language | null {
  const chosen = choices().find(({ checked }) => checked);
  return chosen ? languageOf(chosen.value) : null;
}

/** Chooses a runtime that can run a changed program in `language`. Returns why there is none, in a sentence; else null. */
export function chooseLanguage(language: Language): string | null {
  if (languageChosen() === language) return null;
  const fit = fitOnes();
  const found = choices().find(({ value }) => languageOf(value) === language && fit.includes(value));
  if (found === undefined) return `This server runs no changed programs in ${LANGUAGE_NAMES[language]}.`;
  found.disabled = false;
  check(found);
  return null;
}

/**
 * Leaves only the runtimes that can run the program, chooses one of them in its language, and shows why; or undoes that.
 */
export function fitRuntime(isChanged: boolean): void {
  const group = groupOnPage();
  if (group === null) return;
  const fit = fitOnes();
  const all = choices();
  const isFit = ({ value }: HTMLInputElement) => !isChanged || fit.length === 0 || fit.includes(value);
  const chosen = all.find(({ checked }) => checked);
  for (const one of all) one.disabled = !isFit(one);
  const why = group.querySelector<HTMLElement>('.own-why');
  if (why) why.hidden = !isChanged || all.every(isFit);
  const language = languageChosen();
  const isSameLanguage = ({ value }: HTMLInputElement) => languageOf(value) === language;
  const before = all.find((one) => one.value === group.dataset.before && isSameLanguage(one));
  const next = chosen?.disabled
    ? all.find((one) => isFit(one) && isSameLanguage(one))
    : isChanged
      ? undefined
      : before;
  if (next === undefined || next === chosen) return;
  if (isChanged && chosen) group.dataset.before = chosen.value;
  else delete group.dataset.before;
  check(next);
}

/** Returns the runtimes that can run a changed program. */
function fitOnes(): string[] {
  return groupOnPage()?.dataset.ownRuntimes?.split(' ').filter(Boolean) ?? [];
}

function groupOnPage(): HTMLElement | null {
  return document.querySelector<HTMLElement>('#run-form [data-own-runtimes]');
}

function choices(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>('#run-form input[name=runtime]')];
}

function check(choice: HTMLInputElement): void {
  choice.checked = true;
  // Removes its error, and renews the estimate.
  choice.dispatchEvent(new Event('input', { bubbles: true }));
}
