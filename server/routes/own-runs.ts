/** This browser's own runs, to choose one to compare with. */
import type { OwnRun } from '../../views/compare/form.ts';
import type { StoredRun } from '../store/store.ts';
import { sentence } from '../words/sentence.ts';
import type { Playground } from './playground.ts';
import { lessonOf, timelineOf } from './view.ts';

/** Own runs that are offered to be chosen. */
const OFFERED = 10;

/** The latest runs of `person`, to choose among; `told` adds each one's sentence, which means reading its log. */
export async function ownRuns(
  { runs, lessons }: Playground,
  person: string,
  told: boolean,
): Promise<OwnRun[]> {
  const choice = async ({ id, createdAt, spec, status }: StoredRun): Promise<OwnRun> => {
    const run = told ? await runs.get(id) : null;
    return {
      id,
      createdAt,
      title: lessonOf(lessons, spec.lesson)?.title ?? spec.lesson,
      spec,
      status,
      ...(run && { sentence: sentence(timelineOf(run.log)) }),
    };
  };
  return Promise.all((await runs.ofPerson(person, OFFERED)).map(choice));
}
