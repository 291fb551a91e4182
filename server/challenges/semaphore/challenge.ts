import type { ChallengeTexts } from '../challenge.ts';

export default {
  title: 'Semaphore',
  jobs: 2,
  story: 'Two painters share two brushes, and each needs both. A semaphore has a permit for each brush.',
  goal: 'both painters paint, and never are more than two brushes taken',
  fewest: 1,
  lesson: 'semaphore',
} satisfies ChallengeTexts;
