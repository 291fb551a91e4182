/**
 * What a member has written or chosen in the round, and the server does not have: the connection was lost, or the class
 * went on meanwhile.
 */
type Unsent = { action: string; values: Record<string, string> };

/** Returns what the bar `root` holds unsent; null for nothing. */
export function unsentIn(root: ParentNode): Unsent | null {
  const line = root.querySelector<HTMLInputElement>('.explain [name=text]');
  // It is for its writer to send: the server says only whether it is too late.
  if (line?.form && line.value !== line.defaultValue) return valuesOf(line.form, { unsent: '1' });
  const choice = root.querySelector<HTMLInputElement>('.vote input:checked');
  return choice?.form && !choice.defaultChecked ? valuesOf(choice.form) : null;
}

/** Reports whether the bar `root` still asks for it. */
export function isAskedStill(root: ParentNode, { values }: Unsent): boolean {
  const line = root.querySelector<HTMLInputElement>('.explain [name=round]');
  return values.text !== undefined && line?.value === values.round;
}

function valuesOf(form: HTMLFormElement, more: Record<string, string> = {}): Unsent {
  const values: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) values[name] = String(value);
  return { action: form.action, values: { ...values, ...more } };
}
