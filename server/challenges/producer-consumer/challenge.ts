import type { ChallengeTexts } from '../challenge.ts';

export default {
  title: 'Producer and consumer',
  jobs: 2,
  story: 'One job puts two letters into a queue. The other takes what is there.',
  goal: 'both letters are taken, in the order in which they were put',
  fewest: 0,
  lesson: 'producer-consumer',
} satisfies ChallengeTexts;
