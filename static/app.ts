/**
 * The page's script: htmx for behaviour in the markup, and code for the rest. Live timelines load on demand: see
 * load-timelines.ts.
 */
import './page/language.ts';
import 'htmx.org';
import { bringTimelines } from './page/bring-timelines.ts';
import { copyOnClick } from './page/copy.ts';
import { keepFocus } from './page/focus.ts';
import { beginLessons } from './page/lessons.ts';
import { tendMessages } from './page/mended.ts';
import { TakeAway } from './page/take-away.ts';

// Buttons that need script are hidden without this class.
document.documentElement.classList.add('scripted');
keepFocus();
tendMessages();
copyOnClick();
beginLessons();
customElements.define('take-away', TakeAway);
bringTimelines();
