/** Challenges on the page: which parts of them this browser has solved. */
import type { PassTimeline } from '../../server/timeline/model.ts';
import { brokenWords } from '../../server/words/broken-words.ts';
import type { RunView } from '../run/run-view.ts';
import { KeptByBrowser } from './guesses.ts';

/** Keeps what the page says is solved, and shows what is. */
export function beginChallenges(): void {
  const kept = new KeptByBrowser();
  const look = () => {
    keepSolved(kept);
    showSolved(kept);
  };
  look();
  document.addEventListener('htmx:after:swap', look);
  document.addEventListener('run-end', ({ target }) => {
    const status = target instanceof HTMLElement ? target.dataset.status : undefined;
    const [pass] = document.querySelector<RunView>('run-view')?.timeline.passes ?? [];
    for (const words of document.querySelectorAll<HTMLElement>('.verdict[data-when]'))
      if (words.dataset.when === (pass?.isMisfit ? 'misfit' : status)) showVerdict(words, pass);
    look();
  });
}

/** Shows how the program went in the order of the page's run, which has ended just now. */
function showVerdict(verdict: HTMLElement, pass: PassTimeline | undefined): void {
  const how = verdict.querySelector<HTMLElement>('[data-fewest]');
  if (how && pass) how.textContent = brokenWords(Number(how.dataset.fewest), pass.switches);
  verdict.hidden = false;
}

/** Verdicts of this browser's own runs say what they solve: `lost-update fix`. */
function keepSolved(kept: KeptByBrowser): void {
  for (const { dataset, hidden } of document.querySelectorAll<HTMLElement>('.verdict[data-solves]'))
    if (!hidden) kept.addSolved(dataset.solves ?? '');
}

function showSolved(kept: KeptByBrowser): void {
  const { solved } = kept;
  for (const marks of document.querySelectorAll<HTMLElement>('.solved[data-challenge]')) {
    marks.hidden = false;
    for (const part of marks.querySelectorAll<HTMLElement>('[data-part]')) {
      const isSolved = solved.includes(`${marks.dataset.challenge} ${part.dataset.part}`);
      part.querySelector('.todo')?.toggleAttribute('hidden', isSolved);
      part.querySelector('.done')?.toggleAttribute('hidden', !isSolved);
    }
  }
}
