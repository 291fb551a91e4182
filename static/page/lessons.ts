/** What this browser keeps of the lessons: which are done, and what was guessed. Without script there is none of it. */

const DONE = 'lessons-done';
/** The guess about the lesson's next run. */
const guessKey = (slug: string) => `guess:${slug}`;
/** The guess that a run of this browser ended with; empty where there was none. */
const guessOfKey = (run: string) => `guess-of:${run}`;

/** Shows what is kept, keeps what is guessed from now on, and brings the lesson that is open into view. */
export function beginLessons(): void {
  showDone();
  showGuess();
  const strip = document.querySelector('.lessons ol');
  const current = strip?.querySelector<HTMLElement>('[aria-current]');
  if (strip && current) strip.scrollLeft = current.offsetLeft - (strip.clientWidth - current.offsetWidth) / 2;
  document.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.name !== 'guess') return;
    keep(guessKey(slugOf(target)), target.value);
    showGuess();
  });
  document.addEventListener('htmx:after:swap', showGuess);
  document.addEventListener('run-end', ({ target }) => {
    if (target instanceof HTMLElement) endLesson(target);
  });
}

/** The run that `view` shows has ended: the lesson is done, and what it was about may be told. */
function endLesson({ dataset }: HTMLElement): void {
  const { id = '', lesson = '', mine, status } = dataset;
  for (const part of document.querySelectorAll<HTMLDetailsElement>('#told details')) part.open = true;
  // Who knows how it went does not guess any more.
  document.querySelector('.guess')?.setAttribute('disabled', '');
  if (mine !== undefined && kept(guessOfKey(id)) === null) keep(guessOfKey(id), kept(guessKey(lesson)) ?? '');
  const isDone = status === 'completed' || status === 'failed';
  if (mine === undefined || !isDone) return;
  const done = kept(DONE)?.split(' ') ?? [];
  if (!done.includes(lesson)) keep(DONE, [...done, lesson].join(' '));
  showDone();
}

function showDone(): void {
  for (const slug of kept(DONE)?.split(' ') ?? []) {
    const mark = document.querySelector(`.lessons li[data-lesson="${CSS.escape(slug)}"] .done`);
    mark?.removeAttribute('hidden');
  }
}

/** Checks the box that was chosen, and says it again beside what happened. */
function showGuess(): void {
  const boxes = [...document.querySelectorAll<HTMLInputElement>('input[name=guess]')];
  const first = boxes[0];
  const run = document.querySelector<HTMLElement>('run-view')?.dataset.id ?? '';
  const guess = first && (kept(guessOfKey(run)) ?? kept(guessKey(slugOf(first))));
  // The words of a lesson may have changed since.
  const box = boxes.find(({ value }) => value === guess);
  if (box === undefined) return;
  box.checked = true;
  const line = document.querySelector<HTMLElement>('.guessed');
  const words = line?.querySelector('b');
  if (!line || !words) return;
  words.textContent = box.value;
  line.hidden = false;
}

function slugOf(box: Element): string {
  return box.closest<HTMLElement>('.guess')?.dataset.lesson ?? '';
}

/** A browser may refuse to keep anything; then nothing is kept. */
function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Full, or forbidden.
  }
}
