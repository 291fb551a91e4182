/**
 * The page's script: htmx for behaviour in the markup, and code for the rest. Live timelines load on demand: see
 * load-timelines.ts.
 */
import './page/language.ts';
import 'htmx.org';
import { offerCancel } from './page/cancel.ts';
import { beginChallenges } from './page/challenges.ts';
import { openCodeLinks } from './page/code-link.ts';
import { copyOnClick } from './page/copy.ts';
import { offerEditing } from './page/edit.ts';
import { keepFocus } from './page/focus.ts';
import { openFolded } from './page/folded.ts';
import { beginLessons } from './page/lessons.ts';
import { loadTimelines } from './page/load-timelines.ts';
import { showLocalTimes } from './page/local-times.ts';
import { contextOf, manageMessages } from './page/messages.ts';
import { fillOnClick } from './page/offer.ts';
import { TakeAway } from './page/take-away.ts';

// Buttons that need script are hidden without this class.
document.documentElement.classList.add('scripted');
keepFocus();
manageMessages();
copyOnClick();
fillOnClick();
openFolded();
offerCancel();
beginLessons();
beginChallenges();
showLocalTimes();
customElements.define('take-away', TakeAway);
loadTimelines();
offerEditing();
openCodeLinks();
if (document.getElementById('play') !== null) {
  const early: KeyboardEvent[] = [];
  const hear = (event: KeyboardEvent) => early.push(event);
  document.addEventListener('keydown', hear);
  import('./game/game.ts').then(({ playByHand }) => {
    document.removeEventListener('keydown', hear);
    playByHand(contextOf, early);
  });
}
