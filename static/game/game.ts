/** The page of a program that is executed by hand: keys for its buttons, what is said of each step, and leaving. */
import { announce } from '../page/announcer.ts';
import type { contextOf as ContextOf } from '../page/messages.ts';

/** Most keys that are remembered until the answers to those before have come. */
const MOST_AHEAD = 20;

/**
 * Handles the page's events. What its buttons do is in the markup. `contextOf` is the page's: a module that its first
 * script shares with another would be a file of its own. `early`: the keys that were pressed before this was loaded.
 */
export function playByHand(contextOf: typeof ContextOf, early: readonly KeyboardEvent[]): void {
  const isMove = (event: Event): boolean =>
    contextOf(event)?.sourceElement?.closest('.play-lanes, .play-moves') != null;
  let isWaiting = false;
  /** Keys that were pressed before the answer to the one before. */
  const ahead: string[] = [];
  let said = '';

  const hear = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isText(event.target)) return;
    const key = event.key === 'Backspace' ? 'z' : event.key.toLowerCase();
    if (!/^[0-9z]$/.test(key) || event.repeat) return;
    event.preventDefault();
    if (ahead.length < MOST_AHEAD) ahead.push(key);
    pressNext();
  };
  /** Presses keys in order, up to one that a step is requested for. */
  const pressNext = () => {
    for (let key = ahead[0]; key !== undefined && !isWaiting; key = ahead[0]) {
      ahead.shift();
      press(key);
    }
  };
  document.addEventListener('keydown', hear);
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
      pressNext();
    });
  });
  addEventListener('pagehide', () => {
    const address = game()?.dataset.play;
    if (address) navigator.sendBeacon(`${address}/rest`);
  });
  early.forEach(hear);
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
