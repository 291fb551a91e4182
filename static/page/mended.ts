/** The page's messages: what the server could not say itself, and when none of them holds any longer. */

/** Says where the server gave no answer of its own, and takes messages off the form once they may no longer hold. */
export function tendMessages(): void {
  document.addEventListener('htmx:config:request', (event) => {
    if (isOfForm(event)) say('');
    // What stands there in red is still so: it is not told a second time.
    else if (isOfExpected(event) && document.querySelector(FAMILY_ERRORS)) event.preventDefault();
  });
  // As it is typed, not when a field is left: Run must not move away under who is about to press it.
  document.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.form?.id !== 'run-form') return;
    for (const error of document.querySelectorAll(`#run-form .error[data-about~="${target.name}"]`))
      takeOff(error);
  });
  document.addEventListener('htmx:error', (event) => {
    const ctx = contextOf(event);
    // Without a request it is an error of a script.
    if (ctx !== undefined && !ctx.response) tellUnreachable(ctx);
  });
  // A gateway's page has no place in ours: each error of our own server says where it belongs.
  document.addEventListener('htmx:response:error', (event) => {
    const ctx = contextOf(event);
    if (ctx === undefined || ctx.hx?.retarget !== undefined) return;
    ctx.swap = 'none';
    tellUnreachable(ctx);
  });
  document.addEventListener('htmx:after:swap', (event) => {
    if (!isTaken(event)) return;
    for (const error of document.querySelectorAll('#run-form .error')) takeOff(error);
  });
}

/** Errors of the fields that ask for a family. */
const FAMILY_ERRORS = '#repeat-error, #sweep-error';

/** Takes an error off the form, and off the fields that it describes. */
function takeOff(error: Element): void {
  for (const field of document.querySelectorAll(`[aria-describedby="${error.id}"]`)) {
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
  }
  error.remove();
}

/** Whether a swap that htmx made is that of a run that was taken, not of a form that was refused. */
export function isTaken(swap: Event): boolean {
  return isOfForm(swap) && contextOf(swap)?.response?.status === 200;
}

/** Whether what htmx tells of is a form that somebody sent, not a part of the page that asks by itself. */
export function isOfForm(event: Event): boolean {
  return contextOf(event)?.sourceElement?.matches('form') === true;
}

/** Whether it is the part of the form that says what to expect. */
function isOfExpected(event: Event): boolean {
  return contextOf(event)?.sourceElement?.id === 'expected';
}

/** What htmx knows of a request, as far as it is used here. */
type Context = {
  sourceElement?: Element;
  response?: { status: number };
  hx?: { retarget?: string };
  swap?: string;
};

function contextOf(event: Event): Context | undefined {
  return event instanceof CustomEvent ? event.detail?.ctx : undefined;
}

/**
 * What somebody asked for is told beside the form. A part of the page that asks by itself, again and again, has a line
 * for it if it matters; the answer that comes at last has that line hidden.
 */
function tellUnreachable({ sourceElement }: Context): void {
  if (sourceElement?.matches('form')) {
    const what = sourceElement.matches('.cancel') ? 'cancelled' : 'started';
    say(`The server cannot be reached. Nothing was ${what}.`);
    return;
  }
  const lost = sourceElement?.querySelector<HTMLElement>('.lost');
  if (lost) lost.hidden = false;
}

function say(message: string): void {
  const place = document.getElementById('form-message');
  if (place !== null) place.textContent = message;
}
