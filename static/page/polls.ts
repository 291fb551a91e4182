/**
 * Keeps the parts of a page current that request themselves again and again: not while it is hidden, and at once when
 * it is shown, also if the connections that the browser has kept are dead. Shows when they get no answers.
 */
import type { Htmx } from 'htmx.org';
import type { contextOf as ContextOf } from './messages.ts';
import { watchPresence } from './presence.ts';

/** The library's own global: its types and its bundle disagree about the default export. */
declare const htmx: Htmx;

const POLLING = '[hx-trigger^=every]';
/** Most connections of a browser to a server. */
const MAX_CONNECTIONS = 6;
/** How long a request may take before others are sent beside it, and how long they may take together, in ms. */
const ASK_MS = { first: 300, all: 3000 };

/** How long there may be no answer before the connection counts as lost, in ms. */
const LOST_MS = 2000;

/** Ends the search for a connection that is alive; null while there is none. */
let search: AbortController | null = null;
let lostTimer: ReturnType<typeof setTimeout> | undefined;

let contextOf: typeof ContextOf = () => undefined;

/** Begins. `of`: messages.ts, from which the page's first script would be split if it were imported here, too. */
export function keepPollsCurrent(of: typeof ContextOf): void {
  contextOf = of;
  let isNew = true;
  const onShown = () => {
    if (!isNew) void catchUp();
    isNew = false;
  };
  watchPresence({ onShown, onHidden: abort }, new AbortController().signal);
  document.addEventListener('htmx:config:request', (event) => {
    if ((document.visibilityState === 'hidden' || search !== null) && isPoll(event)) event.preventDefault();
  });
  document.addEventListener('htmx:error', (event) => {
    if (!isPoll(event)) return;
    miss();
    // A request that times out is on a dead connection, and there may be others.
    if (contextOf(event)?.request?.signal.reason === 'timeout') void catchUp();
  });
  document.addEventListener('htmx:after:swap', (event) => {
    if (!isPoll(event)) return;
    const { response, swap } = contextOf(event) ?? {};
    // The error page of a gateway is not swapped in: see messages.ts.
    if (response?.status !== 200 && swap === 'none') return miss();
    clearTimeout(lostTimer);
    lostTimer = undefined;
  });
}

/** Shows after a while that there are no answers, until the next one, which replaces the line. */
function miss(): void {
  lostTimer ??= setTimeout(() => {
    for (const line of document.querySelectorAll<HTMLElement>(`${POLLING} .lost`)) line.hidden = false;
  }, LOST_MS);
}

function isPoll(event: Event): boolean {
  return contextOf(event)?.sourceElement?.matches(POLLING) === true;
}

function polls(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(POLLING)];
}

/** Ends the requests under way. */
function abort(): void {
  search?.abort();
  search = null;
  for (const part of polls()) htmx.trigger(part, 'htmx:abort', {}, false);
}

/** Requests every part once the server has answered. */
async function catchUp(): Promise<void> {
  abort();
  const address = polls()[0]?.getAttribute('hx-get');
  if (!address) return;
  const searching = new AbortController();
  search = searching;
  await answered(address, searching.signal);
  if (search !== searching) return;
  abort();
  for (const part of polls()) htmx.trigger(part, 'every', {}, false);
}

/**
 * Resolves when the server has answered a request, or the network has refused one. A request on a dead connection gets
 * neither, so others follow on all that the browser has: where one is missing, it makes a new one.
 */
function answered(address: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const first = new AbortController();
    const ask = (signal: AbortSignal) => {
      const answer = fetch(address, { method: 'HEAD', cache: 'no-store', signal });
      answer.then(finish, () => first.signal.aborted || finish());
    };
    const more = setTimeout(() => {
      for (let i = 1; i < MAX_CONNECTIONS; i++) ask(signal);
    }, ASK_MS.first);
    // If the connections of other tabs are dead, too, some of these had to wait until one is closed.
    const fewer = setTimeout(() => first.abort(), 2 * ASK_MS.first);
    const late = setTimeout(finish, ASK_MS.all);
    function finish(): void {
      for (const timer of [more, fewer, late]) clearTimeout(timer);
      resolve();
    }
    ask(AbortSignal.any([signal, first.signal]));
  });
}
