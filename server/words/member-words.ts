/** What is said about a member of a room: on the wall, and to whoever teaches. */
import { type Asked, type Ordered, QUIET_MS, quietMs, type ShownRun } from '../figures/wall-order.ts';
import { STATUS_WORDS } from './names.ts';

type Asking = Pick<Ordered, 'joinedAt' | 'handAt'>;

/** Minutes to which a time without a run is rounded down for whoever teaches: the words must not change all the time. */
const STEP_MIN = 5;

/** Returns what the wall says below a member's name. `nowMs` is on the server's clock. */
export function memberWords(
  member: Asking,
  shown: ShownRun | undefined,
  nowMs: number,
  round: Asked | null,
): string[] {
  const quiet = quietMs(member, shown, nowMs, round);
  const words = [
    shown ? stateWords(shown) : 'has not run yet',
    shown && quiet >= QUIET_MS ? `no run for ${Math.floor(quiet / 60_000)} min` : '',
    member.handAt === null ? '' : 'asks for help',
  ];
  return words.filter((one) => one !== '');
}

function stateWords({ tile, sameError, challenge }: ShownRun): string {
  const { state, position, status } = tile;
  if (challenge !== undefined) return challenge;
  if (sameError > 1) return `same error ${sameError}×`;
  if (state === 'queued') return position === null ? 'waiting' : `waiting, place ${position}`;
  if (sameError === 1 && status === 'completed') return 'a job failed';
  return state === 'running' || status === null
    ? 'running'
    : status === 'completed'
      ? ''
      : STATUS_WORDS[status];
}

/** Returns why a member may need help, the most urgent reason first; none if nothing says so. */
export function helpReasons(
  member: Asking,
  shown: ShownRun | undefined,
  nowMs: number,
  round: Asked | null,
): string[] {
  const { sameError = 0, tile } = shown ?? {};
  const quiet = quietMs(member, shown, nowMs, round);
  const words = [
    member.handAt === null ? '' : 'asks for help',
    sameError > 1 ? `same error ${sameError} times in a row` : '',
    sameError <= 1 && tile?.status === 'failed' ? 'last run failed' : '',
    tile?.status === 'timed-out' ? 'last run was stopped at the time limit' : '',
    sameError === 1 && tile?.status === 'completed' ? 'a job of the last run failed' : '',
    quiet >= QUIET_MS ? `no run for ${STEP_MIN * Math.floor(quiet / STEP_MIN / 60_000)} min` : '',
  ];
  return words.filter((one) => one !== '');
}
