import type { ChallengeTexts } from '../challenge.ts';

export default {
  title: 'Dining philosophers',
  jobs: 3,
  story:
    'Three philosophers sit at a round table, with a fork between each two. Each needs both forks beside them to eat.',
  goal: 'all three eat',
  fewest: 1,
  lesson: 'deadlock',
} satisfies ChallengeTexts;
