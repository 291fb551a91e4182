/** What a page says beside its form: a lesson's texts, or whose program it is if somebody wrote or changed it. */
import { challengeIntro, type OrderEnd } from '../../views/challenge/intro.ts';
import { notebookIntro } from '../../views/notebook/intro.ts';
import type { Html } from '../../views/page/html.ts';
import { type GuessProps, lessonExplanation, lessonIntro } from '../../views/page/lesson.ts';
import { ownIntro } from '../../views/page/own-intro.ts';
import { isDecided } from '../../views/run/judged.ts';
import type { PlannedRun, RunProps as ViewedRun } from '../../views/run/view.ts';
import { isOwnProgram } from '../challenges/verdict.ts';
import { cellOf, NOTEBOOK } from '../notebook/notebook.ts';
import { languageOf } from '../spec/language.ts';
import { looksLikeScript } from '../spec/python.ts';
import { countsSteps } from '../timeline/model.ts';
import type { Playground } from './playground.ts';
import { lessonOf } from './view.ts';

export type Side = { intro: Html; explanation: Html };

/**
 * Returns both parts for a run or a planned run; null if its lesson no longer exists. `heading` stands in place of the
 * program's title. `way`: the path before the addresses of lessons, that of a room or the base. `isSwap`: for an answer of htmx, which replaces them on the page.
 */
export function sideOf(
  { lessons, challenges }: Pick<Playground, 'lessons' | 'challenges'>,
  shown: PlannedRun | ViewedRun,
  { heading, way, isSwap = false }: { heading?: string | undefined; way: string; isSwap?: boolean },
): Side | null {
  const { spec, lesson, base } = shown;
  if (lesson === null) return null;
  const view = 'timeline' in shown ? shown : null;
  const isOver = view !== null && isDecided(view.timeline);
  const its = spec.code === '' ? challenges.find(({ slug }) => slug === lesson.slug) : undefined;
  const from = spec.code === '' ? NOTEBOOK.find((one) => one.lesson === lesson.slug) : undefined;
  const ways = { challenge: its?.slug, cell: from?.number };
  const explanation = lessonExplanation(lesson, isOver, base, isSwap, ways);
  const challenge = challenges.find(({ slug }) => slug === spec.challenge);
  if (challenge !== undefined && spec.code !== '') {
    const found = challenge.lesson === null ? null : lessonOf(lessons, challenge.lesson);
    const isOwn = isOwnProgram(challenge, spec.code);
    const isOrder = view !== null && isOwn && (spec.schedule ?? '') !== '';
    const whyFixed = shown.whyFixed[languageOf(spec.runtime)];
    const props = { challenge, isOwn, whyFixed, lesson: found, base };
    const preemptions = view?.timeline.passes.find(countsSteps)?.switches ?? null;
    const run = isOrder && { came: endOf(view), preemptions, isMine: view.mine };
    return { intro: challengeIntro({ ...props, ...run }, isSwap), explanation };
  }
  const cell = cellOf(spec);
  if (cell !== null) return { intro: notebookIntro(cell, base, isSwap), explanation };
  if (spec.code !== '') {
    const madeFrom = lessonOf(lessons, spec.lesson);
    const runOf = view === null ? null : view.mine ? 'me' : 'others';
    return {
      intro: ownIntro(
        {
          title: heading ?? lesson.title,
          madeFrom,
          runOf,
          isScript: view !== null && looksLikeScript(spec),
          whyFixed: shown.whyFixed[languageOf(spec.runtime)],
          base,
        },
        isSwap,
      ),
      explanation,
    };
  }
  const isRunning = view?.mine && view.timeline.state !== 'ended';
  const guess: GuessProps = {
    stage: isOver ? 'after' : isRunning ? 'running' : 'before',
    chosen: view?.guess ?? null,
  };
  return { intro: lessonIntro(lesson, guess, base, `${way}/lessons/${lesson.slug}`, isSwap), explanation };
}

/** Returns what came of a run of one order; null while it is under way, undefined if it was stopped. */
function endOf({ timeline: { state, status, passes } }: ViewedRun): OrderEnd | null | undefined {
  if (state !== 'ended') return null;
  if (passes.some(({ isMisfit }) => isMisfit)) return 'misfit';
  if (status === 'failed') return 'broke';
  return status === 'completed' ? 'well' : undefined;
}
