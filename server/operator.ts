/**
 * `npm run runs -- …`: the operator lists, shows, deletes and blocks runs, also while servers are running. They use the
 * same database: a server looks there whether a run may be shown, and stops what it finds blocked or deleted.
 */
import process from 'node:process';
import { runCommand } from './command.ts';
import { nameOf } from './lessons/own-program.ts';
import { forget, idIn, personAt, RefusedError, showPerson } from './operator-person.ts';
import { openPlace, type Place } from './operator-place.ts';
import { readSettings, type Settings, SettingsError } from './settings.ts';
import { unusable } from './store/opened.ts';
import {
  DamagedError,
  type ListedRun,
  type Store,
  type StoredFamily,
  type StoredRun,
} from './store/store.ts';
import { timelineOfLines } from './timeline/timeline.ts';
import { titleOf } from './words/program-title.ts';
import { shownText } from './words/shown-text.ts';
import { count } from './words/units.ts';
import { utcTime } from './words/utc-time.ts';

const USAGE = `npm run runs -- COMMAND

  list              the latest runs of all people
  list --reported   only those that somebody has reported
  show ID           a run's program, settings, console and reports
  delete ID         remove a run, or a series with all its runs, for good
  block ID          refuse everything of it, but keep it: its page says that you have blocked it
  unblock ID        show it again

  person ID         what is stored about whoever made it: all runs of that browser, and its places in rooms
  person ROOM NAME  what is stored about a member of a room, by the name there, or its number
  forget ID         delete all that is stored about whoever made it
  forget ROOM NAME  delete the member with its answers and explanations, and the runs that it made in the room

ID is a run's or series' id, or its link.`;

/** Most runs that are listed, and most lines of the console that are shown. */
const LISTED = 100;
const MOST_LINES = 40;
/** How long to wait for running servers to remove something, in ms. */
const REMOVAL_MS = 10_000;

/** Carries out one command on the database of the settings. Calls `print` with lines for a terminal. Returns the exit code. */
export async function operate(
  args: readonly string[],
  settings: Pick<Settings, 'DATA_DIR' | 'DATABASE_URL'>,
  print: (line: string) => void,
): Promise<number> {
  const [command, given, ...more] = args;
  const isPerson = command === 'person' || command === 'forget';
  const isFit = command === 'list' ? given === undefined || given === '--reported' : given !== undefined;
  const isKnown = ['list', 'show', 'delete', 'block', 'unblock', 'person', 'forget'].includes(command ?? '');
  if (!isKnown || !isFit || more.length > (isPerson ? 1 : 0)) {
    print(USAGE);
    return 2;
  }
  let opened: Place | null = null;
  try {
    const place = await openPlace(settings);
    opened = place;
    const { store } = place;
    if (command === 'list') await list(store, given === '--reported', print);
    else if (isPerson) {
      const who = await personAt(place, given ?? '', more[0]);
      if (command === 'person') await showPerson(store, who, print);
      else await forget(place, who, print, (ids) => remove(ids, place));
    } else await change(command ?? '', idIn(given ?? ''), place, print);
    return 0;
  } catch (error) {
    const shown = settings.DATABASE_URL === null ? error : unusable(settings.DATABASE_URL, error);
    if (!(shown instanceof RefusedError || shown instanceof SettingsError)) throw shown;
    print(shown.message);
    return shown instanceof RefusedError ? 1 : 2;
  } finally {
    await opened?.close();
  }
}

async function list(store: Store, isReported: boolean, print: (line: string) => void): Promise<void> {
  const runs = await store.latest(LISTED, isReported);
  for (const run of runs) print(rowOf(run));
  if (runs.length === 0) print(isReported ? 'No run has been reported.' : 'There are no runs.');
  if (runs.length === LISTED) print(`Only the latest ${LISTED} are listed.`);
}

function rowOf(run: ListedRun): string {
  const notes = [
    ...(run.hidden === null ? [] : [run.hidden]),
    ...(run.reports === 0 ? [] : [`reported ${count(run.reports, 'time')}`]),
    ...(run.member ? [`in series ${run.member.family}`] : []),
  ];
  const noted = notes.length === 0 ? '' : ` [${notes.join(', ')}]`;
  return `${run.id}  ${whenOf(run)}  ${(run.status ?? 'not ended').padEnd(11)}  ${titleOfRun(run)}${noted}`;
}

/** Resolves with what is found, or with `damaged` if that makes no sense: then it can still be deleted. */
async function orDamaged<T>(finding: Promise<T>): Promise<T | 'damaged'> {
  return finding.catch((error) => {
    if (error instanceof DamagedError) return 'damaged';
    throw error;
  });
}

/** Carries out a command on one run or series. */
async function change(
  command: string,
  id: string,
  place: Place,
  print: (line: string) => void,
): Promise<void> {
  const { store, where } = place;
  const run = await orDamaged(store.get(id));
  const family = run === null ? await orDamaged(store.family(id)) : null;
  const hidden = await store.hidden(id);
  if ((run === null && family === null) || hidden === 'deleted')
    throw new RefusedError(`There is no run or series with the id ${shownText(id)} in ${where}.`);
  const what = `${run ? 'run' : 'series'} ${id}`;
  switch (command) {
    case 'show':
      if (run === 'damaged' || family === 'damaged') throw new RefusedError(`The ${what} is damaged.`);
      if (run) await show(run, store, print);
      else if (family) await showFamily(family, store, print);
      return;
    case 'block':
      if (hidden === 'blocked') throw new RefusedError(`The ${what} is blocked already.`);
      await store.hide(id, 'blocked');
      print(
        `Blocked the ${what}: everything of it is refused from now on. To undo: npm run runs -- unblock ${id}`,
      );
      return;
    case 'unblock':
      if (hidden === null) throw new RefusedError(`The ${what} is not blocked.`);
      await store.hide(id, null);
      print(`Unblocked the ${what}: it is shown again.`);
      return;
    case 'delete':
      await remove([id], place);
      print(`Deleted the ${what}: nothing of it is left.`);
  }
}

/** Removes runs and series, or has the running servers do so, which may have to stop them first. */
async function remove(ids: readonly string[], { store, removeHidden }: Place): Promise<void> {
  for (const id of ids) await store.hide(id, 'deleted');
  if (ids.length === 0 || (await removeHidden(ids, REMOVAL_MS))) return;
  throw new RefusedError(
    `Nothing of ${ids.join(', ')} is shown any more. The server that runs it has not removed all of it yet.`,
  );
}

async function show(run: StoredRun, store: Store, print: (line: string) => void): Promise<void> {
  const { id, spec } = run;
  const { code, ...settings } = spec;
  const reports = await store.reports(id);
  const { lines } = timelineOfLines(await store.lines(id));
  print(`/runs/${id}  ${titleOfRun(run)}`);
  print(`${whenOf(run)}, ${run.status ?? 'not ended'}, ${(await store.hidden(id)) ?? 'shown'}`);
  if (run.member) print(`Run ${run.member.number} of the series ${run.member.family}`);
  print(`Settings: ${shownText(JSON.stringify(settings))}`);
  print(reports.length === 0 ? 'No reports' : `${count(reports.length, 'report')}:`);
  for (const { reason, createdAt } of reports) print(indented(`${utcTime(createdAt)}  ${reason}`));
  print(code === '' ? `Program: that of the lesson ${nameOf(spec)}` : `Program:\n${indented(code)}`);
  const more = lines.length - MOST_LINES;
  print(lines.length === 0 ? 'No console lines' : `Console${more > 0 ? `, ${more} more lines` : ''}:`);
  for (const { text } of lines.slice(0, MOST_LINES)) print(indented(text));
}

async function showFamily(family: StoredFamily, store: Store, print: (line: string) => void): Promise<void> {
  const { id, kind, count: planned, spec } = family;
  print(`/families/${id}  ${titleOfRun(family)}`);
  print(`${whenOf(family)}, ${family.status ?? 'not ended'}, ${(await store.hidden(id)) ?? 'shown'}`);
  print(`${kind} of ${count(planned, 'run')}`);
  for (const run of await store.ofFamily(id))
    print(indented(`/runs/${run.id}  ${run.status ?? 'not ended'}`));
  print(
    spec.code === '' ? `Program: that of the lesson ${nameOf(spec)}` : `Program:\n${indented(spec.code)}`,
  );
}

function titleOfRun({ spec }: Pick<StoredRun, 'spec'>): string {
  if (spec.code === '') return spec.lesson;
  return shownText(titleOf(spec, spec.lesson === '' ? undefined : `${spec.lesson} (edited)`));
}

function whenOf({ createdAt }: { createdAt: number }): string {
  return utcTime(createdAt);
}

/** Text that somebody wrote, as it can do no harm in a terminal. */
function indented(text: string): string {
  return `  ${shownText(text).replaceAll('\n', '\n  ')}`;
}

if (import.meta.main)
  await runCommand(async () => operate(process.argv.slice(2), readSettings(), (line) => console.log(line)));
