/** The page's script: htmx for what markup can say, `<run-view>` for the live timelines. */
import './language.ts';
import 'htmx.org';
import { keepFocus } from './focus.ts';
import { beginLessons } from './lessons.ts';
import { tendMessages } from './mended.ts';
import { RunView } from './run-view.ts';

customElements.define('run-view', RunView);
keepFocus();
tendMessages();
beginLessons();
