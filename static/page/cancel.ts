/**
 * Lets the tab that started a run or a family cancel it where the browser keeps no cookie. The answer to Run brings a
 * key, which is kept for the tab: the page of the permalink has no button without it.
 */
import type { Htmx } from 'htmx.org';
import { cancelForm } from '../../views/page/cancel-form.ts';
import { contextOf } from './messages.ts';

/** The library's own global: its types and its bundle disagree about the default export. */
declare const htmx: Htmx;

/** Keeps the keys of what this page starts, and adds the button where there is a key. */
export function offerCancel(): void {
  // A family's page is another one, to which htmx goes after this event.
  document.addEventListener('htmx:before:response', (event) => {
    const [, address, key] = partsOf(contextOf(event)?.response?.headers?.get('Cancel-Address'));
    if (address && key) keep(address, key);
  });
  document.addEventListener('htmx:after:swap', offer);
  offer();
}

function offer(): void {
  for (const bar of document.querySelectorAll('[data-state]:not([data-state=ended]) .run-bar')) {
    const form = bar.querySelector('form.cancel');
    const [, started, newKey] = partsOf(form?.getAttribute('action'));
    if (started && newKey) keep(started, newKey);
    const address = bar.querySelector('a.permalink')?.getAttribute('href');
    const key = address && kept(address);
    if (form === null && key) addForm(bar, address, key);
  }
}

function addForm(bar: Element, address: string, key: string): void {
  bar.querySelector('.lost')?.insertAdjacentHTML('beforebegin', cancelForm(address, key));
  const form = bar.querySelector('form.cancel');
  if (form) htmx.process(form);
  // A family's page requests itself: with the key, it keeps the button.
  bar.closest('[hx-get]')?.setAttribute('hx-get', `${address}/figures?key=${key}`);
}

/** Splits the address that cancels something into that of what it cancels, and the key. */
function partsOf(address: string | null | undefined): readonly string[] {
  return /^(.*)\/cancel\?key=([\w-]+)$/.exec(address ?? '') ?? [];
}

/** Keeps the key for what is at `address`, if the browser allows it. */
function keep(address: string, key: string): void {
  try {
    sessionStorage.setItem(`cancel ${address}`, key);
  } catch {
    // Storage is full or denied: this page still has its form.
  }
}

/** Returns null if there is no key, or if the browser denies storage. */
function kept(address: string): string | null {
  try {
    return sessionStorage.getItem(`cancel ${address}`);
  } catch {
    return null;
  }
}
