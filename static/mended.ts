/** The form's messages, once a run was taken: what they say is wrong is so no longer. */

/** Takes the messages off the form, and leaves it as it is otherwise: somebody may be typing in it. */
export function clearMessages(): void {
  document.addEventListener('htmx:after:swap', (event) => {
    if (!isTaken(event)) return;
    const form = document.getElementById('run-form');
    for (const message of form?.querySelectorAll('.error, .message') ?? []) message.remove();
    for (const field of form?.querySelectorAll('[aria-describedby]') ?? []) {
      field.removeAttribute('aria-invalid');
      field.removeAttribute('aria-describedby');
    }
  });
}

/** Whether a swap that htmx made is that of a run that was taken, not of a form that was refused. */
export function isTaken(swap: Event): boolean {
  return swap instanceof CustomEvent && swap.detail?.ctx?.response?.status === 200;
}
