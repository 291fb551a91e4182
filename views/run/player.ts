/**
 * The controls below the timelines: the replay, what can be turned on, and the line that describes the selection. They
 * need the page's script, and are hidden without it.
 */
import { html } from 'hono/html';
import { SPEEDS } from '../../server/timeline/replay.ts';
import type { TimeUnit } from '../../server/words/pass-times.ts';
import { keysHelp } from './keys-help.ts';

/** The line without a selection; and for fingers, which drag what they touch. */
export const LOOKED_HINT = 'Click a bar to see why it waited. Drag across to zoom in.';
export const TOUCHED_HINT = 'Tap a bar to see why it waited. Pinch to zoom in.';

/**
 * Renders the controls. `isEnded`: the run can be replayed. `hasJobs`: its passes can be shown job by job. `hasStrips`:
 * its timelines have strips. `unit`: what their times count; of steps there
 * is neither a critical path nor memory or cores, but each can be gone to.
 */
export function player(isEnded: boolean, hasJobs: boolean, hasStrips = true, unit: TimeUnit = 'ms') {
  const off = isEnded ? null : html` disabled`;
  const isInSteps = unit === 'step';
  const [back, on] = isInSteps ? ['Previous step', 'Next step'] : ['One event back', 'One event forward'];
  return html`<div class="player"${isInSteps ? html` data-unit="step"` : null}>
<div class="replay" role="group" aria-label="Replay">
<button class="play" type="button" aria-label="Play"${off}>${PLAY}${PAUSE}</button>
<button class="event-back" type="button" aria-label="${back}"${off}>${BACK}</button>
<input class="scrubber" type="range" min="0" max="1" step="${isInSteps ? 1 : 'any'}" value="1" aria-label="${isInSteps ? 'Step' : 'Replay time'}"${off}>
<button class="event-on" type="button" aria-label="${on}"${off}>${ON}</button>
<output class="replay-time"></output>
<label class="speed"><span class="unseen">Speed</span><select id="replay-speed"${off}>${SPEEDS.map((speed) => html`<option value="${speed}"${speed === 1 ? html` selected` : null}>${speed}×</option>`)}</select></label>
</div>
${tools(hasJobs, hasStrips && !isInSteps, isInSteps)}
</div>`;
}

/** Renders the buttons for what can be turned on, the line and the help. */
function tools(hasJobs: boolean, hasStrips: boolean, isInSteps: boolean) {
  return html`<div class="tools" role="group" aria-label="Timelines">
<button data-turn="arrows" type="button" aria-pressed="false">All arrows</button>
${isInSteps ? null : html`<button data-turn="path" type="button" aria-pressed="false">Critical path</button>`}
${hasStrips ? html`<button class="strips" type="button" aria-pressed="false">Memory and cores</button>` : null}
${hasJobs ? html`<button data-turn="jobs" type="button" aria-pressed="false">Job by job</button>` : null}
<button class="show-all" type="button" disabled>Show all</button>
<button class="follow" type="button" hidden>Follow</button>
<button class="go-why" type="button" disabled>Go to cause</button>
<button class="keys" type="button" aria-label="Keys and gestures" aria-haspopup="dialog">?</button>
</div>
<p class="looked">${LOOKED_HINT}</p>
<p id="keys-short" class="unseen">Arrow keys move from bar to bar; Enter goes to what ended a wait. W and S zoom in and out. The question mark lists all keys.</p>
<div class="spoken unseen" role="log" aria-label="Announcements"></div>
${keysHelp(hasJobs, isInSteps)}`;
}

const icon = (name: string, d: string) =>
  html`<svg class="${name}" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><path d="${d}"/></svg>`;
const PLAY = icon('icon-play', 'M3 1L13 7L3 13Z');
const PAUSE = icon('icon-pause', 'M3 1H6V13H3ZM8 1H11V13H8Z');
const BACK = icon('icon-back', 'M10 1V13L3 7ZM1 1H3V13H1Z');
const ON = icon('icon-on', 'M4 1L11 7L4 13ZM11 1H13V13H11Z');
