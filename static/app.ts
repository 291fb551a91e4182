/** The page's script: htmx for what markup can say. The live timelines come by themselves, see bring-timelines.ts. */
import './language.ts';
import 'htmx.org';
import { bringTimelines } from './bring-timelines.ts';
import { copyOnClick } from './copy.ts';
import { keepFocus } from './focus.ts';
import { beginLessons } from './lessons.ts';
import { tendMessages } from './mended.ts';
import { TakeAway } from './take-away.ts';

// Some buttons are nothing without it.
document.documentElement.classList.add('scripted');
keepFocus();
tendMessages();
copyOnClick();
beginLessons();
customElements.define('take-away', TakeAway);
bringTimelines();
