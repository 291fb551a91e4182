/** Words for problems with how events reach a page. */

/**
 * How events reach a page: `live`, as they happen; `asked`, once a second, because other pages of the browser have its
 * connections; `held`, once a second, because the network holds the live stream back; or `lost`, not at all.
 */
export type Connection = 'live' | 'asked' | 'held' | 'lost';

/** What a page says; null for nothing. */
export const CONNECTION_WORDS: Record<Connection, string | null> = {
  live: null,
  asked: null,
  lost: 'Connection lost. Reconnecting…',
  held: 'Live events are held back on this network. Updated every second.',
};
