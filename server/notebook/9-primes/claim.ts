/** How many primes the processes found, as in the lesson. */
export { default } from '../../lessons/make-your-own/claim.ts';
