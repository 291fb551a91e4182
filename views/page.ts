/** The whole document that every page is set in. */
import { html } from 'hono/html';
import type { Html } from './html.ts';

/** Addresses of the two bundles, with their hashes in them. */
export type Assets = { script: string; style: string };

/** `refreshSeconds` reloads the page where there is no script: a run that has not ended yet. */
export type PageProps = {
  title: string;
  assets: Assets;
  body: Html;
  /** What stands between the header and the page's main part. */
  strip?: Html | null;
  refreshSeconds?: number;
  nav?: 'playground' | 'runs';
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
export function page({ title, assets, body, strip, refreshSeconds, nav }: PageProps) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="htmx-config" content="${HTMX_CONFIG}">
<title>${title}</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${assets.style}">
<script type="module" src="${assets.script}"></script>
${refreshSeconds === undefined ? null : html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}"></noscript>`}
</head>
<body>
${strip ? html`<a class="skip" href="#main">Skip the lessons</a>` : null}
<header class="site">
<a class="brand" href="/"${nav === 'playground' ? html` aria-current="page"` : null}>Concurrency Playground</a>
<nav aria-label="Site"><a href="/runs"${nav === 'runs' ? html` aria-current="page"` : null}>My runs</a></nav>
</header>
${strip ?? null}
<main id="main"${strip ? html` tabindex="-1"` : null}>
${body}
</main>
</body>
</html>`;
}
