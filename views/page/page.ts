/** The HTML document around every page. */
import { html } from 'hono/html';
import { CARD } from './card.ts';
import type { Html } from './html.ts';

/**
 * Paths of the page's files, below the base of their site, with content hashes. `parts` are the chunks that the script
 * needs to start, and `timelines` those that the live timelines also need; preloading them avoids loading one after
 * another.
 */
export type Assets = { script: string; style: string; parts: string[]; timelines: string[] };

/**
 * The server's own addresses: all of its paths begin with `base`, which is empty or as `/play`. The page's script finds
 * it at the root element.
 */
export type Site = {
  base: string;
  assets: Assets;
  /** Whether the server runs programs that its readers write. */
  hasOwnPrograms: boolean;
  /** The room that the reader stays in; none if left out. */
  room?: { code: string; isOneOfMany: boolean } | undefined;
};

/** `refreshSeconds` reloads the page without script, for a run that has not ended. */
type PageProps = {
  title: string;
  site: Site;
  body: Html;
  /** Content between the header and the main part. */
  strip?: Html | null;
  refreshSeconds?: number;
  /** Its absolute address, for its copy on paper. A run's own link has that of the run. */
  address?: string;
  /** Metadata for link previews; absolute addresses. */
  card?: { url: string; image: string; description: string };
  nav?: 'playground' | 'new' | 'challenges' | 'notebook' | 'runs' | 'terms' | 'privacy' | 'rooms';
  /** Whether search engines may list the page; by default they may. */
  isListed?: boolean;
  /** Whether the page has a run when it loads. */
  hasRun?: boolean;
  /** Whether the strips under the timelines are shown. */
  hasStrips?: boolean;
  /** Whether the editor is open, beside what the page has of runs. */
  isEditing?: boolean;
  /** Whether it is the wall of a room, which has the whole screen. */
  isWall?: boolean;
};

/**
 * Disables what a strict content security policy refuses: htmx's own style sheet, and copying the style attributes of
 * old content when a swap settles. Back reloads the page.
 */
const HTMX_CONFIG = JSON.stringify({ history: 'reload', includeIndicatorCSS: false, defaultSettleDelay: 0 });

/** Three bars of a timeline as the tab's icon; inline, to save a request. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#fbfaf7"/><path fill="#c04b00" d="M2 3h12v2.6H2z"/><path fill="#5fb0dc" d="M2 6.7h8v2.6H2z"/><path fill="#7a756b" d="M5 10.4h6v2.6H5z"/></svg>',
  );

/** Renders a page with its header. */
export function page(props: PageProps) {
  const { title, site, body, strip, refreshSeconds, nav, card, address } = props;
  const { isListed = true, hasRun = false, hasStrips = false, isEditing = false, isWall = false } = props;
  const { base, room, hasOwnPrograms } = site;
  // Of several rooms, the next page has to know which one it was.
  const also = room?.isOneOfMany ? `?room=${room.code}` : '';
  const kinds = [isEditing && 'is-editing', hasStrips && 'has-strips', isWall && 'is-wall'];
  const classes = [strip && 'playground', ...kinds].filter(Boolean).join(' ');
  return html`<!doctype html>
<html lang="en" data-base="${base}"${classes === '' ? null : html` class="${classes}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="htmx-config" content="${HTMX_CONFIG}">
${isListed ? null : html`<meta name="robots" content="noindex">`}
<title>${title}</title>
<link rel="icon" href="${ICON}">
${stylesAndScripts(site, hasRun)}
${refreshSeconds === undefined ? null : html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}"></noscript>`}
${card === undefined ? null : linkCard(title, card)}
</head>
<body>
${strip ? html`<a class="skip" href="#content">Skip the lessons</a>` : null}
<header class="site">
<div class="what"><a class="brand" href="${base}/"${nav === 'playground' ? html` aria-current="page"` : null}>Concurrency Playground</a>
<p>Run the same jobs four ways. Watch which finishes first.</p>${address && html`<p class="page-address">${address}</p>`}</div>
<nav aria-label="Site">${hasOwnPrograms ? html`<a class="new" href="${base}/new${room ? `?room=${room.code}` : ''}"${nav === 'new' ? html` aria-current="page"` : null}>New program</a> ` : null}<a href="${base}/challenges${also}"${nav === 'challenges' ? html` aria-current="page"` : null}>Challenges</a> <a href="${base}/notebook${also}"${nav === 'notebook' ? html` aria-current="page"` : null}>Notebook</a> <a href="${base}/runs${also}"${nav === 'runs' ? html` aria-current="page"` : null}>My runs</a> <a href="${base}/rooms"${nav === 'rooms' ? html` aria-current="page"` : null}>Rooms</a> <a href="${base}/terms${also}"${nav === 'terms' ? html` aria-current="page"` : null}>Glossary</a> <a href="${base}/privacy${also}"${nav === 'privacy' ? html` aria-current="page"` : null}>Privacy</a></nav>
</header>
${strip ?? null}
<main id="content"${strip ? html` tabindex="-1"` : null}>
${body}
</main>
</body>
</html>`;
}

/** Renders the links to the page's files. Scripts come after the content, which does not need them to be shown. */
export function stylesAndScripts({ base, assets }: Pick<Site, 'base' | 'assets'>, hasRun: boolean) {
  const { style, script, parts, timelines } = assets;
  const soon = hasRun ? [...parts, ...timelines] : parts;
  return html`<link rel="stylesheet" href="${base}${style}">
<script type="module" src="${base}${script}" fetchpriority="low"></script>${soon.map((address) => html`<link rel="modulepreload" href="${base}${address}" fetchpriority="low">`)}`;
}

function linkCard(title: string, { url, image, description }: NonNullable<PageProps['card']>) {
  return html`<meta property="og:type" content="website">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${description}">
<meta property="og:url" content="${url}">
<meta property="og:image" content="${image}">
<meta property="og:image:width" content="${CARD.width}">
<meta property="og:image:height" content="${CARD.height}">
<meta property="og:image:alt" content="${description}">
<meta name="twitter:card" content="summary_large_image">`;
}
