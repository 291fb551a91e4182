/** Words for problems with how events reach a page. */

/**
 * How events reach a page: `live`, as they happen; `held`, once a second, because the network holds the live stream
 * back; or `lost`, not at all.
 */
export type Connection = 'live' | 'held' | 'lost';

/** What a page says; nothing while events are live. */
export const CONNECTION_WORDS: Record<Exclude<Connection, 'live'>, string> = {
  lost: 'Connection lost. Reconnecting…',
  held: 'Live events are held back on this network. Updated every second.',
};
