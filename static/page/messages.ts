/** The page's messages: shows those that the server could not send, and removes messages that no longer apply. */

/** Shows a message if a request gets no answer, and removes messages from the form once they may be out of date. */
export function manageMessages(): void {
  document.addEventListener('htmx:config:request', (event) => {
    if (isSandboxed()) {
      event.preventDefault();
      if (isFormRequest(event)) showMessage(SANDBOXED);
    } else if (isFormRequest(event)) showMessage('');
    // The error still applies, so the estimate is not requested again.
    else if (isEstimateRequest(event) && document.querySelector(FAMILY_ERRORS)) event.preventDefault();
    // The program is not sent, only that it is another than the lesson's.
    else if (isEstimateRequest(event) && document.documentElement.classList.contains('edited'))
      contextOf(event)?.request?.body?.set('edited', '1');
  });
  // On input rather than change: the layout must not shift under the pointer just before Run is pressed.
  document.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.form?.id !== 'run-form') return;
    for (const error of document.querySelectorAll(`#run-form .error[data-about~="${target.name}"]`))
      removeError(error);
  });
  document.addEventListener('htmx:error', (event) => {
    const ctx = contextOf(event);
    // Without a request, a script failed.
    if (ctx !== undefined && !ctx.response) showUnreachable(ctx);
  });
  // Do not swap in a gateway's error page. Errors from our own server carry a retarget header.
  document.addEventListener('htmx:response:error', (event) => {
    const ctx = contextOf(event);
    if (ctx === undefined || ctx.hx?.retarget !== undefined) return;
    ctx.swap = 'none';
    showUnreachable(ctx);
  });
  // The page of a run says so: it loads later than this.
  document.addEventListener('cancel-gone', dropCancelMessage);
  document.addEventListener('htmx:after:swap', (event) => {
    dropCancelMessage();
    if (!isRunAccepted(event)) return;
    for (const error of document.querySelectorAll('#run-form .error')) removeError(error);
  });
}

const NOT_SENT = 'The server cannot be reached, so this was not sent. Try again.';
const SANDBOXED = 'Runs cannot be started in a sandboxed frame. Open this page in its own tab.';

/** Whether the page is in a frame that gives it no origin: the browser then lets it request nothing of its server. */
function isSandboxed(): boolean {
  return self.origin === 'null';
}

/** Errors of the fields that make a family. */
const FAMILY_ERRORS =
  '#repeat-error, #sweep-error, #everyRuntime-error, #explore-error, #sleepsInOrder-error, #preemptions-error, #schedules-error';

/** Removes an error from the form, and from the fields that it describes. */
function removeError(error: Element): void {
  for (const field of document.querySelectorAll(`[aria-describedby="${error.id}"]`)) {
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
  }
  error.remove();
}

/** Whether an htmx swap shows a run that was accepted, not a form that was rejected, or another form's answer. */
export function isRunAccepted(swap: Event): boolean {
  return isRunRequest(swap) && contextOf(swap)?.response?.status === 200;
}

/** Whether an htmx event belongs to the form that starts runs. */
export function isRunRequest(event: Event): boolean {
  return contextOf(event)?.sourceElement?.id === 'run-form';
}

/** Whether an htmx event belongs to a form that was submitted, not to a part of the page that polls. */
export function isFormRequest(event: Event): boolean {
  return contextOf(event)?.sourceElement?.matches('form') === true;
}

/** Whether an htmx event belongs to the form's estimate. */
function isEstimateRequest(event: Event): boolean {
  return contextOf(event)?.sourceElement?.id === 'expected';
}

/** The fields of htmx's request context that are used here. */
type Context = {
  sourceElement?: Element;
  request?: { signal: AbortSignal; body?: FormData };
  response?: { status: number; headers?: Headers };
  hx?: { retarget?: string };
  swap?: string;
};

/** Returns htmx's context of a request; undefined if the event has none. */
export function contextOf(event: Event): Context | undefined {
  return event instanceof CustomEvent ? event.detail?.ctx : undefined;
}

/** Shows that the server cannot be reached, if the visitor submitted a form. */
function showUnreachable({ sourceElement }: Context): void {
  if (!sourceElement?.matches('form')) return;
  const own = sourceElement.querySelector('.not-sent');
  if (own) {
    own.textContent = NOT_SENT;
    return;
  }
  const what = sourceElement.matches('.cancel') ? 'cancelled' : 'started';
  showMessage(`The server cannot be reached, so nothing was ${what}. Try again.`, what);
}

function showMessage(message: string, about = ''): void {
  const place = document.getElementById('form-message');
  if (place === null) return;
  place.textContent = message;
  place.dataset.about = about;
}

/** Removes the message that nothing was cancelled, once there is nothing to cancel. */
function dropCancelMessage(): void {
  if (document.querySelector('#form-message[data-about=cancelled]') && !document.querySelector('form.cancel'))
    showMessage('');
}
