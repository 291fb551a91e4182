import type { ChallengeTexts } from '../challenge.ts';

export default {
  title: 'Deadlock',
  jobs: 2,
  story:
    'Two payments go in opposite directions. Each needs both accounts, and locks them one after the other.',
  goal: 'both payments are made',
  fewest: 1,
  lesson: 'deadlock',
} satisfies ChallengeTexts;
