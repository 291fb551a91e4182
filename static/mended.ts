/** The form's messages: what the server could not say itself, and when none of them holds any longer. */

/** Says in the form that the server gave no answer of its own, and takes messages off it once a run was taken. */
export function tendMessages(): void {
  document.addEventListener('htmx:config:request', () => say(''));
  document.addEventListener('htmx:error', (event) => {
    const ctx = contextOf(event);
    // Without a request it is an error of a script.
    if (ctx !== undefined && !ctx.response) say(unreachable(ctx));
  });
  // A gateway's page has no place in ours: each error of our own server says where it belongs.
  document.addEventListener('htmx:response:error', (event) => {
    const ctx = contextOf(event);
    if (ctx === undefined || ctx.hx?.retarget !== undefined) return;
    ctx.swap = 'none';
    say(unreachable(ctx));
  });
  document.addEventListener('htmx:after:swap', (event) => {
    if (!isTaken(event)) return;
    const form = document.getElementById('run-form');
    for (const message of form?.querySelectorAll('.error') ?? []) message.remove();
    for (const field of form?.querySelectorAll('[aria-describedby]') ?? []) {
      field.removeAttribute('aria-invalid');
      field.removeAttribute('aria-describedby');
    }
  });
}

/** Whether a swap that htmx made is that of a run that was taken, not of a form that was refused. */
export function isTaken(swap: Event): boolean {
  return contextOf(swap)?.response?.status === 200;
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

function unreachable({ sourceElement }: Context): string {
  const what = sourceElement?.matches('.cancel') ? 'cancelled' : 'started';
  return `The server cannot be reached. Nothing was ${what}.`;
}

function say(message: string): void {
  const place = document.getElementById('form-message');
  if (place !== null) place.textContent = message;
}
