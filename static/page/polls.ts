/**
 * Keeps the parts of a page current that request themselves again and again: not while it is hidden, and at once when
 * it is shown, also if the connections that the browser has kept are dead.
 */
import type { Htmx } from 'htmx.org';
import { contextOf } from './messages.ts';
import { watchPresence } from './presence.ts';

/** The library's own global: its types and its bundle disagree about the default export. */
declare const htmx: Htmx;

const POLLING = '[hx-trigger^=every]';
/** Most connections of a browser to a server. */
const MAX_CONNECTIONS = 6;
/** How long a request may take before others are sent beside it, and how long they may take together, in ms. */
const ASK_MS = { first: 300, all: 3000 };

/** Ends the search for a connection that is alive. */
let search = new AbortController();

export function keepPollsCurrent(): void {
  let isNew = true;
  const onShown = () => {
    if (!isNew) void catchUp();
    isNew = false;
  };
  watchPresence({ onShown, onHidden: abort }, new AbortController().signal);
  document.addEventListener('htmx:config:request', (event) => {
    if (document.visibilityState === 'hidden' && isPoll(event)) event.preventDefault();
  });
  // A request that times out is on a dead connection, and there may be others.
  document.addEventListener('htmx:error', (event) => {
    if (isPoll(event) && contextOf(event)?.request?.signal.reason === 'timeout') void catchUp();
  });
}

function isPoll(event: Event): boolean {
  return contextOf(event)?.sourceElement?.matches(POLLING) === true;
}

function polls(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(POLLING)];
}

function abort(): void {
  search.abort();
  for (const part of polls()) htmx.trigger(part, 'htmx:abort', {}, false);
}

/** Requests every part once the server has answered. */
async function catchUp(): Promise<void> {
  abort();
  search = new AbortController();
  const { signal } = search;
  const address = polls()[0]?.getAttribute('hx-get');
  if (address) await answered(address, signal);
  if (signal.aborted) return;
  search.abort();
  for (const part of polls()) htmx.trigger(part, 'every', {}, false);
}

/**
 * Resolves when the server has answered a request, or the network has refused one. A request on a dead connection gets
 * neither, so others follow on all that the browser has: where one is missing, it makes a new one.
 */
function answered(address: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const ask = () => void fetch(address, { method: 'HEAD', cache: 'no-store', signal }).then(finish, finish);
    const more = setTimeout(() => {
      for (let i = 1; i < MAX_CONNECTIONS; i++) ask();
    }, ASK_MS.first);
    const late = setTimeout(finish, ASK_MS.all);
    function finish(): void {
      clearTimeout(more);
      clearTimeout(late);
      resolve();
    }
    ask();
  });
}
