/** Whether a page follows the view that the teacher shows. Pure: what it remembers is for the caller to keep. */

/** What the teacher shows: which run, in which session. */
type Shown = { session: string; run: string };

/**
 * What a page does: it follows; it goes to the run first; or its reader has looked elsewhere, and is offered to follow.
 */
export type Doing = 'follow' | 'go' | 'offer';

/** What to do, and what to remember of it for this tab. */
type Decision = { doing: Doing; kept: string };

const LEFT = '-';

/** Returns what is remembered of a tab whose reader looked elsewhere. */
export function left({ session }: Pick<Shown, 'session'>): string {
  return `${session} ${LEFT}`;
}

/** Returns what is remembered of a tab that follows. */
export function following({ session, run }: Shown): string {
  return `${session} ${run}`;
}

/**
 * Decides for a page with the run `here`, null for none. `kept` is what was remembered, null if nothing. `isBusy`: its
 * reader is typing, and must not be taken away.
 */
export function decide(here: string | null, shown: Shown, kept: string | null, isBusy: boolean): Decision {
  const [session, at] = kept?.split(' ') ?? [];
  const isKnown = session === shown.session;
  // A tab that was at one run and is at another was led there by its reader: by a link, by Back, or by Run.
  const hasLeft = isKnown && (at === LEFT || at !== here);
  if (hasLeft && here !== shown.run) return { doing: 'offer', kept: left(shown) };
  if (isKnown && at === LEFT) return { doing: 'offer', kept: left(shown) };
  if (here === shown.run) return { doing: 'follow', kept: following(shown) };
  if (isBusy) return { doing: 'offer', kept: left(shown) };
  return { doing: 'go', kept: following(shown) };
}
