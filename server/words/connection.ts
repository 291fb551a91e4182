/** Words for problems with how events reach a page. */

/**
 * How events reach a page: `live`, as they happen; `asked`, once a second, because other pages of the browser have its
 * connections; `held`, once a second, because the network holds the live stream back; `lost`, not at all; or `gone`,
 * never again, because the server no longer has the run.
 */
export type Connection = 'live' | 'asked' | 'held' | 'lost' | 'gone';

/** What a page says; null for nothing. */
export const CONNECTION_WORDS: Record<Connection, string | null> = {
  live: null,
  asked: null,
  lost: 'Connection lost. Reconnecting…',
  gone: 'This run has been deleted or has expired.',
  held: 'Live events are held back on this network. Updated every second.',
};
