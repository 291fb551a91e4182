/** The page's script: htmx for what markup can say. The live timelines come by themselves, see bring-timelines.ts. */
import './page/language.ts';
import 'htmx.org';
import { bringTimelines } from './page/bring-timelines.ts';
import { copyOnClick } from './page/copy.ts';
import { keepFocus } from './page/focus.ts';
import { beginLessons } from './page/lessons.ts';
import { tendMessages } from './page/mended.ts';
import { TakeAway } from './page/take-away.ts';

// Some buttons are nothing without it.
document.documentElement.classList.add('scripted');
keepFocus();
tendMessages();
copyOnClick();
beginLessons();
customElements.define('take-away', TakeAway);
bringTimelines();
