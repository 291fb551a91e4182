/**
 * Finds the row of a server, `$1`, if it lives. A heartbeat does not wait for the lock; a death does, and what was
 * begun before it is complete then.
 */
export const FENCE = 'select 1 from servers where id = $1 and not is_dead for key share';
