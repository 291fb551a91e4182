/** Whether the daemon reached its end, as in the cell before. */
export { default } from '../7-daemon/claim.ts';
