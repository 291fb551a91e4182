/** The whole document that every page is set in. */
import { html } from 'hono/html';
import { CARD } from './card.ts';
import type { Html } from './html.ts';

/**
 * Addresses of the page's files, with their hashes in them. `parts` are what the script cannot begin without, and
 * `timelines` what the live timelines need besides; named on the page, all of them come at once, not one after another.
 */
export type Assets = { script: string; style: string; parts: string[]; timelines: string[] };

/** `refreshSeconds` reloads the page where there is no script: a run that has not ended yet. */
export type PageProps = {
  title: string;
  assets: Assets;
  body: Html;
  /** What stands between the header and the page's main part. */
  strip?: Html | null;
  refreshSeconds?: number;
  /** What other sites show of a link to the page; whole addresses. */
  card?: { url: string; image: string; description: string };
  nav?: 'playground' | 'runs' | 'terms';
  /** A run is on the page from the start. */
  hasRun?: boolean;
};

/**
 * htmx without what a strict content security policy would refuse: its own style sheet, and, at the settling of a
 * swap, a copy of the style attributes of what was there before. Back loads the page anew.
 */
const HTMX_CONFIG = JSON.stringify({ history: 'reload', includeIndicatorCSS: false, defaultSettleDelay: 0 });

/** Three bars of a timeline, so that the tab can be told from others; inline, so that it costs no request. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#fbfaf7"/><path fill="#c04b00" d="M2 3h12v2.6H2z"/><path fill="#5fb0dc" d="M2 6.7h8v2.6H2z"/><path fill="#7a756b" d="M5 10.4h6v2.6H5z"/></svg>',
  );

/** A page with its header. */
export function page({ title, assets, body, strip, refreshSeconds, nav, card, hasRun = false }: PageProps) {
  return html`<!doctype html>
<html lang="en"${strip ? html` class="playground"` : null}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="htmx-config" content="${HTMX_CONFIG}">
<title>${title}</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${assets.style}">
${scripts(assets, hasRun)}
${refreshSeconds === undefined ? null : html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}"></noscript>`}
${card === undefined ? null : linkCard(title, card)}
</head>
<body>
${strip ? html`<a class="skip" href="#main">Skip the lessons</a>` : null}
<header class="site">
<a class="brand" href="/"${nav === 'playground' ? html` aria-current="page"` : null}>Concurrency Playground</a>
<nav aria-label="Site"><a href="/runs"${nav === 'runs' ? html` aria-current="page"` : null}>My runs</a> <a href="/terms"${nav === 'terms' ? html` aria-current="page"` : null}>Terms</a></nav>
</header>
${strip ?? null}
<main id="main"${strip ? html` tabindex="-1"` : null}>
${body}
</main>
</body>
</html>`;
}

/** The page's script. What is seen first needs none of it, and goes before it. */
export function scripts({ script, parts, timelines }: Assets, hasRun: boolean) {
  const soon = hasRun ? [...parts, ...timelines] : parts;
  return html`<script type="module" src="${script}" fetchpriority="low"></script>${soon.map((address) => html`<link rel="modulepreload" href="${address}" fetchpriority="low">`)}`;
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
