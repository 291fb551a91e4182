/** The form of a run, as the pages show it. */
import { UNKNOWN } from '../../views/form/expected.ts';
import { type FormProps, runForm } from '../../views/form/form.ts';
import type { FormValues } from '../../views/form/values.ts';
import type { Room } from '../rooms/room.ts';
import type { RunRecord } from '../runs/execution.ts';
import { lanesThatFit } from '../spec/lanes.ts';
import { isPython } from '../spec/runtimes.ts';
import { type CodeError, type FieldErrors, MAX_REPEAT } from '../spec/spec.ts';
import { baseOf } from './address.ts';
import { expectedOf } from './expected.ts';
import { cellForm, lessonValues } from './form-values.ts';
import type { Playground } from './playground.ts';
import { cellIn, codeIn, lessonOf } from './view.ts';

/** What the form shows. */
export type FormContent = {
  values: FormValues;
  errors?: FieldErrors;
  codeErrors?: CodeError[];
  message?: string;
  run?: RunRecord;
  /** The room that the page is in. */
  room?: Room;
  /** The number of the room's program that the form has to begin with. */
  start?: number;
};

/** Renders the form with the typed values and their errors. */
export function formOf(playground: Playground, content: FormContent) {
  return runForm(formProps(playground, content));
}

/** Returns what the form is rendered from. */
export function formProps(
  playground: Playground,
  { values, errors = {}, codeErrors = [], message = errors[''], run, room, start }: FormContent,
): FormProps {
  const { health, sandbox } = playground;
  const { MAX_JOBS: maxJobs, MAX_PROCESSES, MEMORY_MIB, PASS_SECONDS: passSeconds } = playground.settings;
  const lesson = lessonOf(playground.lessons, values.lesson);
  // A changed program may use what the lesson's ignores.
  const isOwn = codeIn(playground, values) !== '';
  const cell = cellIn(values);
  const pythons = health.offered(false).filter(isPython);
  const maxProcesses = Math.min(MAX_PROCESSES, lanesThatFit('processes', MEMORY_MIB));
  return {
    base: baseOf(playground.settings),
    values,
    errors,
    codeErrors,
    hasRun: run !== undefined,
    isOwn,
    isFixed: isOwn && cell === null && sandbox.runtimes.length === 0,
    isByHand: playground.settings.MAX_PLAYS > 0,
    // An error at the field is not repeated here.
    expected:
      errors.repeat || errors.sweep || errors.everyRuntime || errors.explore
        ? UNKNOWN
        : expectedOf(playground, values),
    lesson: cell
      ? cellForm(cell, pythons)
      : lesson && {
          ...(isOwn ? { slug: lesson.slug } : lesson),
          values: lessonValues(lesson, health.offered(false)),
        },
    sandbox: cell
      ? { runtimes: pythons, why: 'The notebook is in Python.' }
      : { runtimes: health.offered(true), why: sandbox.why },
    runtimes: health.offered(false),
    limits: {
      maxRepeat: MAX_REPEAT,
      maxJobs: Math.min(maxJobs, room?.state.maxJobs ?? maxJobs),
      maxProcesses,
      passSeconds: Math.min(passSeconds, room?.state.maxSeconds ?? passSeconds),
    },
    ...((message ?? health.noRun) && { message: message ?? health.noRun ?? '' }),
    ...(room && { room: room.code }),
    ...(start !== undefined && { start }),
  };
}
