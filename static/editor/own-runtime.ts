/** The choice of the runtime, in the form: not every one may run a changed program (server/launch/sandbox.ts). */

/** Leaves only the runtimes that can run the program, chooses one of them, and shows why; or undoes that. */
export function fitRuntime(isChanged: boolean): void {
  const group = document.querySelector<HTMLElement>('#run-form [data-own-runtimes]');
  if (group === null) return;
  const fit = group.dataset.ownRuntimes?.split(' ').filter(Boolean) ?? [];
  const choices = [...group.querySelectorAll<HTMLInputElement>('input[name=runtime]')];
  const isFit = ({ value }: HTMLInputElement) => !isChanged || fit.length === 0 || fit.includes(value);
  const chosen = choices.find(({ checked }) => checked);
  for (const one of choices) one.disabled = !isFit(one);
  const why = group.querySelector<HTMLElement>('.own-why');
  if (why) why.hidden = !isChanged || choices.every(isFit);
  const before = choices.find(({ value }) => value === group.dataset.before);
  const next = chosen?.disabled ? choices.find(isFit) : isChanged ? undefined : before;
  if (next === undefined || next === chosen) return;
  if (isChanged && chosen) group.dataset.before = chosen.value;
  else delete group.dataset.before;
  next.checked = true;
  // Removes its error, and renews the estimate.
  next.dispatchEvent(new Event('input', { bubbles: true }));
}
