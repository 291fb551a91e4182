/** Lessons on the page: which are done, the guess before a run and until it is decided, and the learner's own words. */
import { KeptByBrowser } from './guesses.ts';

/** Shows what is kept, keeps new guesses and words, and scrolls the current lesson into view. */
export function beginLessons(): void {
  const kept = new KeptByBrowser();
  showDone(kept);
  showGuess(kept);
  showWords(kept);
  const strip = document.querySelector('.lessons');
  const current = strip?.querySelector<HTMLElement>('[aria-current]');
  // On a narrow page it scrolls.
  if (strip && current) strip.scrollLeft = current.offsetLeft - (strip.clientWidth - current.offsetWidth) / 2;
  document.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === 'guess')
      kept.setGuess(slugOf(target), target.value);
  });
  document.addEventListener('input', ({ target }) => {
    if (target instanceof HTMLInputElement && target.closest('.own-words'))
      kept.setWords(slugOf(target), target.value);
  });
  document.addEventListener('htmx:after:swap', () => {
    // The run may have brought the lesson's question back.
    if (chosen() === null) showGuess(kept);
    beginRun(kept);
    showWords(kept);
  });
  document.addEventListener('run-end', ({ target }) => {
    if (target instanceof HTMLElement) endRun(kept, target);
  });
}

/**
 * Fixes the guess when a run of this browser has begun: what is chosen now is the guess about it. A run with a status
 * has ended, though the page may not have drawn that: the answer to Cancel may come in between.
 */
function beginRun(kept: KeptByBrowser): void {
  const run = document.querySelector<HTMLElement>(
    'run-view[data-mine]:not([data-state="ended"], [data-status])',
  );
  if (run === null || kept.guessOf(run.dataset.id ?? '') !== null) return;
  kept.setGuessOf(run.dataset.id ?? '', chosen()?.value ?? '');
  setStage('running');
}

/** Opens the explanation and marks the lesson done. After a cancelled run, a new guess is possible. */
function endRun(kept: KeptByBrowser, { dataset }: HTMLElement): void {
  const { id = '', lesson = '', mine, status } = dataset;
  if (status === 'cancelled' || status === 'interrupted') {
    kept.setGuessOf(id, null);
    setStage('before');
    return;
  }
  for (const part of document.querySelectorAll<HTMLDetailsElement>('#told details')) part.open = true;
  setStage('after');
  if (mine === undefined) return;
  // A changed program has no lesson.
  if (lesson !== '' && (status === 'completed' || status === 'failed')) kept.addDone(lesson);
  showDone(kept);
}

/** Whether the guess can be made or changed, is fixed while the run is under way, or has been decided. */
function setStage(stage: 'before' | 'running' | 'after'): void {
  const guess = document.querySelector<HTMLFieldSetElement>('.guess');
  if (guess === null) return;
  guess.dataset.stage = stage;
  guess.disabled = stage !== 'before';
}

function showDone(kept: KeptByBrowser): void {
  for (const slug of kept.done) {
    const mark = document.querySelector(`.lessons li[data-lesson="${CSS.escape(slug)}"] .done`);
    mark?.removeAttribute('hidden');
  }
}

/** Checks the box of the guess that is kept: of the run on the page, or else of the lesson. */
function showGuess(kept: KeptByBrowser): void {
  const boxes = [...document.querySelectorAll<HTMLInputElement>('input[name=guess]')];
  const first = boxes[0];
  const run = document.querySelector<HTMLElement>('run-view')?.dataset.id ?? '';
  const guess = first && (kept.guessOf(run) ?? kept.guess(slugOf(first)));
  // The lesson's choices may have changed since.
  const box = boxes.find(({ value }) => value === guess);
  if (box !== undefined) box.checked = true;
}

function showWords(kept: KeptByBrowser): void {
  const input = document.querySelector<HTMLInputElement>('.own-words input');
  if (input !== null && input.value === '') input.value = kept.words(slugOf(input));
}

function chosen(): HTMLInputElement | null {
  return document.querySelector('input[name=guess]:checked');
}

function slugOf(element: Element): string {
  return element.closest<HTMLElement>('[data-lesson]')?.dataset.lesson ?? '';
}
