import type { ChallengeTexts } from '../challenge.ts';

export default {
  title: 'Lost update',
  jobs: 2,
  story: 'Two visitors come in. Each reads the counter at the door and writes one more.',
  goal: 'the counter is 2',
  fewest: 1,
  lesson: 'lost-update',
} satisfies ChallengeTexts;
