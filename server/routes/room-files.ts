/** Everything in a room as files: its runs, their programs, and what its members said. */
import type { ArchiveFile } from '../exports/archive.ts';
import { rowsAsCsv, spreadsheetOf } from '../exports/csv.ts';
import { fileName } from '../exports/file-name.ts';
import { summarize } from '../figures/summary.ts';
import { nameOf } from '../lessons/own-program.ts';
import type { Room } from '../rooms/room.ts';
import { questionOf } from '../rooms/round-question.ts';
import { MODES } from '../spec/modes.ts';
import { isPython } from '../spec/runtimes.ts';
import type { Spec } from '../spec/spec.ts';
import type { RunTimeline } from '../timeline/model.ts';
import { sentence } from '../words/sentence.ts';
import { count } from '../words/units.ts';
import { answersCsv } from './answers-csv.ts';
import type { Playground } from './playground.ts';
import { runsIn } from './room-runs.ts';
import { runJson } from './run-json.ts';
import { entryOf, timelineOf } from './view.ts';

/** `language`: of the spreadsheets. `site`: the address of this server. */
type ExportOptions = { language: string; site: string };

const RUN_COLUMNS = [
  ...['file', 'number', 'name', 'made_at', 'program', 'given', 'status', 'headline'],
  ...MODES.map((mode) => `${mode.replace('-', '_')}_seconds`),
  'link',
];
const MEMBER_COLUMNS = ['number', 'name', 'entered_at'];

/** Yields the files of a room. Only one run is in memory at a time. What is added meanwhile may be missing. */
export async function* roomFiles(
  playground: Playground,
  room: Room,
  { language, site }: ExportOptions,
): AsyncGenerator<ArchiveFile> {
  const at = new Date();
  const root = `room-${room.code}`;
  const members = room.members.map(({ number, name, joinedAt }) => [number, name, timeOf(joinedAt)]);
  const left = { out: 0 };
  // Before the runs: the room may end while they are being sent.
  yield { path: [root, 'answers.csv'], text: answersCsv(playground, room, language), at };
  yield { path: [root, 'rounds.json'], text: roundsJson(playground, room), at };
  yield { path: [root, 'members.csv'], text: rowsAsCsv([MEMBER_COLUMNS, ...members], language), at };

  const given = await room.programs();
  for (const { number, spec } of given) {
    const { lesson: _, code, ...settings } = spec;
    const stem = fileName(`${String(number).padStart(3, '0')}-${nameOf(spec)}`);
    const texts = { [endingOf(spec)]: code, json: `${JSON.stringify(settings, null, 2)}\n` };
    for (const [ending, text] of Object.entries(texts))
      yield { path: [root, 'programs', `${stem}.${ending}`], text, at };
  }

  const rows: (string | number | null)[][] = [];
  for await (const { run, member, name, nth } of runsIn(playground, room, left)) {
    const { id, spec, createdAt, log } = run;
    const folder = fileName(`${String(member).padStart(3, '0')}-${name}`);
    const stem = fileName(`${String(nth).padStart(4, '0')}-${nameOf(spec)}`);
    const entry = entryOf(playground.lessons, spec);
    const timeline = await timelineOf(log);
    rows.push([
      ...[`runs/${folder}/${stem}`, member, name, timeOf(createdAt), entry?.title ?? spec.lesson],
      givenAs(spec.code, given),
      ...[timeline.status ?? 'not ended', sentence(timeline, entry?.claim), ...secondsOf(timeline)],
      `${site}/runs/${id}`,
    ]);
    const texts = {
      ndjson: log.after(0).join('\n').replace(/$/, '\n'),
      json: runJson(run, timeline, playground),
      csv: spreadsheetOf(timeline, language),
      [endingOf(spec)]: entry?.program ?? spec.code,
    };
    for (const [ending, text] of Object.entries(texts))
      yield { path: [root, 'runs', folder, `${stem}.${ending}`], text, at: new Date(createdAt) };
  }
  yield { path: [root, 'runs.csv'], text: rowsAsCsv([RUN_COLUMNS, ...rows], language), at };
  yield { path: [root, 'README.txt'], text: readme(room.code, site, at, rows.length, left.out), at };
}

/** Returns how the name of a run's program ends. */
function endingOf({ runtime }: Spec): 'py' | 'ts' {
  return isPython(runtime) ? 'py' : 'ts';
}

/** Returns the number of the program that a run has exactly as it was given, the latest if several are the same. */
function givenAs(code: string, given: readonly { number: number; spec: Spec }[]): number | null {
  if (code === '') return null;
  return given.findLast(({ spec }) => spec.code.trimEnd() === code.trimEnd())?.number ?? null;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** Returns the wall time of each mode, in seconds; null for one that the run has not, or whose pass has not ended. */
function secondsOf(timeline: RunTimeline): (number | null)[] {
  const walls = new Map(summarize(timeline).map(({ mode, wallMs }) => [mode, wallMs]));
  return MODES.map((mode) => {
    const wallMs = walls.get(mode) ?? null;
    return wallMs === null ? null : Math.round(wallMs) / 1000;
  });
}

/** The rounds with all answers and explanations; members by number, as in members.csv. */
function roundsJson({ lessons }: Playground, { state, members, answers }: Room): string {
  const rounds = state.rounds.map((round) => {
    const { number, lesson, phase } = round;
    const { question = '', choices = [], right = null } = questionOf(lessons, round) ?? {};
    const chosen = (vote: 1 | 2) =>
      members.flatMap((member) => {
        const choice = answers.choiceOf(number, vote, member.number);
        return choice === null ? [] : [{ member: member.number, choice }];
      });
    const explanations = answers.explanations(number).map(({ member, text }) => ({ member, text }));
    return {
      number,
      lesson,
      phase,
      question,
      choices,
      right,
      firstVote: chosen(1),
      secondVote: chosen(2),
      explanations,
    };
  });
  return `${JSON.stringify(rounds, null, 2)}\n`;
}

function readme(code: string, site: string, at: Date, runs: number, out: number): string {
  const lines = [
    `Room ${code} of the Concurrency Playground at ${site}, as of ${at.toISOString()}.`,
    '',
    'It has the names that people took, and what they wrote: keep it as you keep their other work, and delete it',
    'when you no longer need it. Nothing that is deleted on the server later is deleted here.',
    '',
    'answers.csv    what everyone answered, before and after talking about it, and how they explained it',
    'rounds.json    the same for programs: choices count from 0, members are numbers',
    'members.csv    the number and the name of each member, and when they entered',
    'programs/      what you gave to the room, by number: each program (.ts or .py) and its settings (.json)',
    'runs.csv       one row per run: its file, who made it, how it ended, seconds by mode, and its link;',
    '               given is the number of the program that it has as you gave it; empty if it was changed',
    'runs/          one folder per member; of each run',
    '  .ndjson      all events, one per line: the whole run, from which everything else follows',
    '  .json        settings, headline and figures',
    '  .csv         a row for each bar of its timelines',
    '  .ts or .py   its program, as it was written: read it before you run it',
    '',
    `It has ${count(runs, 'run')}.${out === 0 ? '' : ` ${count(out, 'run')} could not be included: blocked, damaged, or past what one archive holds.`}`,
    'Runs made outside the room, and those of people who were removed from it, are not included.',
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}
