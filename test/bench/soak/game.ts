/** A visitor who is the scheduler of a challenge's program, step by step, and saves what comes of it. */
import { elements, formFields } from '../../markup.ts';
import type { Browser } from './browser.ts';
import { between, type Draw, pick } from './draw.ts';
import { CHALLENGES, MOVES } from './workload.ts';

/** Most moves of a game; then the visitor leaves it. */
const MOST_MOVES = 40;
/** What is answered to a move: that it is taken, that it cannot be, or that the server is too busy. */
const MOVED = [303, 422, 429, 503];

/** Plays a game. Resolves with the address of the run as which it was saved; null if it was not. */
export async function play(browser: Browser, draw: Draw): Promise<string | null> {
  const page = (await browser.get(`/challenges/${pick(draw, CHALLENGES)}`)).text;
  const code = elements(page, 'textarea')[0]?.text ?? '';
  const begun = await browser.submit('/games', { ...formFields(page), code }, [303, 429, 503]);
  if (begun.status !== 303) return null;
  const game = begun.headers.get('location') ?? '';
  for (let moves = between(draw, 1, MOST_MOVES); moves > 0; moves--) {
    const shown = (await browser.get(game)).text;
    const steps = elements(shown, 'button').filter(({ attributes }) => attributes.name === 'step');
    if (steps.length === 0) return saved(browser, game);
    const { value: step, 'data-at': at } = pick(draw, steps).attributes;
    const { name } = pick(draw, MOVES);
    await browser.submit(`${game}/${name}`, { at, step }, name === 'rest' ? [204] : MOVED);
  }
  return null;
}

/** Saves a game that is over. It is not, if its process could not be started: then nothing is to be saved. */
async function saved(browser: Browser, game: string): Promise<string | null> {
  const { status, headers } = await browser.submit(`${game}/save`, {}, [303, 422, 429, 503]);
  return status === 303 ? (headers.get('location') ?? '') : null;
}
