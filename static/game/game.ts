/** The page of a program that is executed by hand: keys for its buttons, what is said of each step, and leaving. */
import { announce } from '../page/announcer.ts';
import type { contextOf as ContextOf } from '../page/messages.ts';

/**
 * Handles the page's events. What its buttons do is in the markup. `contextOf` is the page's: a module that its first
 * script shares with another would be a file of its own.
 */
export function playByHand(contextOf: typeof ContextOf): void {
  const isMove = (event: Event): boolean =>
    contextOf(event)?.sourceElement?.closest('.play-lanes, .play-moves') != null;
  let isWaiting = false;
  /** A key that was pressed before the answer to the one before. */
  let early: string | null = null;
  let said = '';

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isText(event.target)) return;
    const key = event.key === 'Backspace' ? 'z' : event.key.toLowerCase();
    if (!/^[0-9z]$/.test(key) || event.repeat) return;
    event.preventDefault();
    if (isWaiting) early = key;
    else press(key);
  });
  document.addEventListener('htmx:config:request', (event) => {
    if (isMove(event)) isWaiting = true;
  });
  document.addEventListener('htmx:finally:request', (event) => {
    if (!isMove(event)) return;
    isWaiting = false;
    const words = game()?.dataset.said ?? '';
    if (words !== said) announce(document.body, words);
    said = words;
    // After the focus has been restored.
    setTimeout(() => {
      if (document.activeElement === document.body) firstButton()?.focus({ preventScroll: true });
      const key = early;
      early = null;
      if (key !== null) press(key);
    });
  });
  addEventListener('pagehide', () => {
    const address = game()?.dataset.play;
    if (address) navigator.sendBeacon(`${address}/rest`);
  });
  // From now on, keys are heard.
  document.body.dataset.keys = 'play';
}

function game(): HTMLElement | null {
  return document.getElementById('play');
}

function press(key: string): void {
  game()?.querySelector<HTMLButtonElement>(`button[data-key="${key}"]:enabled`)?.click();
}

function firstButton(): HTMLElement | null | undefined {
  return game()?.querySelector<HTMLElement>('button[name="step"], #play-save, button:enabled');
}

function isText(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input:not([type=hidden]), textarea, select');
}
