/** Words for how events reach a page, where that is not as it should be. */

/**
 * How events reach a page: `live`, as they happen; `held`, once a second, because the network holds the live stream
 * back; or `lost`, not at all.
 */
export type Connection = 'live' | 'held' | 'lost';

/** What a page says. It says nothing where events are live. */
export const CONNECTION_WORDS: Record<Exclude<Connection, 'live'>, string> = {
  lost: 'Connection lost. Reconnecting…',
  held: 'Live events are held back on this network. Updated every second.',
};
