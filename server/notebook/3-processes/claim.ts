/** What main waited for in its joins, as in the lesson. */
export { default } from '../../lessons/join/claim.ts';
