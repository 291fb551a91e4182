/** What this browser stores about lessons: which are done, and the learner's guesses. Nothing without script. */

const DONE = 'lessons-done';
/** Key of the guess about the lesson's next run. */
const guessKey = (slug: string) => `guess:${slug}`;
/** Key of the guess that applied when a run of this browser ended; its value is empty if there was none. */
const guessOfKey = (run: string) => `guess-of:${run}`;

/** Shows what is stored, stores new guesses, and scrolls the current lesson into view. */
export function beginLessons(): void {
  showDone();
  showGuess();
  const strip = document.querySelector('.lessons');
  const current = strip?.querySelector<HTMLElement>('[aria-current]');
  // On a narrow page it scrolls.
  if (strip && current) strip.scrollLeft = current.offsetLeft - (strip.clientWidth - current.offsetWidth) / 2;
  document.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.name !== 'guess') return;
    save(guessKey(slugOf(target)), target.value);
    showGuess();
  });
  document.addEventListener('htmx:after:swap', showGuess);
  document.addEventListener('run-end', ({ target }) => {
    if (target instanceof HTMLElement) endLesson(target);
  });
}

/** Marks the lesson done and opens its explanation, after the run that the element shows has ended. */
function endLesson({ dataset }: HTMLElement): void {
  const { id = '', lesson = '', mine, status } = dataset;
  for (const part of document.querySelectorAll<HTMLDetailsElement>('#told details')) part.open = true;
  // Guessing ends with the first result.
  document.querySelector('.guess')?.setAttribute('disabled', '');
  if (mine !== undefined && load(guessOfKey(id)) === null) save(guessOfKey(id), load(guessKey(lesson)) ?? '');
  const isDone = status === 'completed' || status === 'failed';
  if (mine === undefined || !isDone) return;
  const done = load(DONE)?.split(' ') ?? [];
  if (!done.includes(lesson)) save(DONE, [...done, lesson].join(' '));
  showDone();
}

function showDone(): void {
  for (const slug of load(DONE)?.split(' ') ?? []) {
    const mark = document.querySelector(`.lessons li[data-lesson="${CSS.escape(slug)}"] .done`);
    mark?.removeAttribute('hidden');
  }
}

/** Checks the chosen box, and repeats the guess beside the result. */
function showGuess(): void {
  const boxes = [...document.querySelectorAll<HTMLInputElement>('input[name=guess]')];
  const first = boxes[0];
  const run = document.querySelector<HTMLElement>('run-view')?.dataset.id ?? '';
  const guess = first && (load(guessOfKey(run)) ?? load(guessKey(slugOf(first))));
  // The lesson's options may have changed since.
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

/** Returns null if the browser denies storage. */
function load(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function save(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is full or denied.
  }
}
