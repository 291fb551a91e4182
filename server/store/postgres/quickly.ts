/**
 * A condition that holds, and lets the commit of its transaction not wait for the disk: if the database breaks down just
 * then, what it wrote in the last second is forgotten.
 */
export const QUICKLY = `set_config('synchronous_commit', 'off', true) is not null`;
