/** A person's own runs, from which to choose one to compare with. */
import type { OwnRun } from '../../views/compare/form.ts';
import type { StoredRun } from '../store/store.ts';
import { sentence } from '../words/sentence.ts';
import type { Playground } from './playground.ts';
import { entryOf, timelineOf } from './view.ts';

/** Number of own runs that are offered. */
const OFFERED = 10;

/** Returns the latest runs of `person`. `withSentence` adds the sentence of each, which requires reading its log. */
export async function ownRuns(
  { runs, lessons }: Playground,
  person: string,
  withSentence: boolean,
): Promise<OwnRun[]> {
  const choice = async ({ id, createdAt, spec, status }: StoredRun): Promise<OwnRun> => {
    const run = withSentence ? await runs.get(id) : null;
    const lesson = entryOf(lessons, spec);
    return {
      id,
      createdAt,
      title: lesson?.title ?? spec.lesson,
      spec,
      status,
      ...(run && { sentence: sentence(await timelineOf(run.log), lesson?.claim) }),
    };
  };
  return Promise.all((await runs.ofPerson(person, OFFERED)).map(choice));
}
