/** The type of a piece of HTML, as `hono/html` makes it. */
import type { HtmlEscapedString } from 'hono/utils/html';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;
