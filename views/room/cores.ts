/** The part of the teacher's page about programs that compute: alone on their cores, or sharing them. */
import { html } from 'hono/html';
import { roughly } from '../../server/words/family-time.ts';

export type CoresProps = {
  /** Whether runs that compute share cores. */
  isShared: boolean;
  /** For how long one run of what the room is about needs the whole machine, in ms; null if it only waits. */
  machineMs: number | null;
  members: number;
};

/** Renders what the choice means, and the button for the other. `address`: of the room; `key`: the teacher's. */
export function coresPart({ isShared, machineMs, members }: CoresProps, address: string, key: string) {
  const words = isShared
    ? 'Programs that compute share cores: they start sooner, but take longer, and say so beside their figures. Guesses about their times are not judged.'
    : 'Programs that compute take turns, and each has its cores to itself, so that its times can be compared.';
  return html`<div class="cores">
<p>${words}${isShared || machineMs === null ? null : html` ${classTime(machineMs, members)}`}</p>
<form method="post" action="${address}/cores${key}"><button id="cores" type="submit" name="on" value="${isShared ? '0' : '1'}">${isShared ? 'Give each run its own cores' : 'Let runs share cores'}</button></form>
</div>`;
}

/** `A run of each learner takes 30 × 16 s: about 8 min.` */
function classTime(machineMs: number, members: number): string {
  if (members === 0) return `A run takes about ${roughly(machineMs)} of the machine’s time.`;
  return `If everyone runs it, that takes ${members} × ${roughly(machineMs)}: about ${roughly(members * machineMs)}.`;
}
