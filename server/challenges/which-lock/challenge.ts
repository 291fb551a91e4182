import type { ChallengeTexts } from '../challenge.ts';

export default {
  title: 'Which lock',
  jobs: 2,
  story:
    'Two visitors come in. Each locks a door before changing the counter, and still a visitor can be lost.',
  goal: 'the counter is 2',
  fewest: 1,
  lesson: 'which-lock',
} satisfies ChallengeTexts;
