import type { ChallengeTexts } from '../challenge.ts';

export default {
  title: 'Wait and notify',
  jobs: 2,
  story: 'A guest waits until the cook has served a meal. The cook serves it, and notifies the guest.',
  goal: 'the guest eats a meal, and waits no longer than for that',
  fewest: 1,
  lesson: 'wait-notify',
} satisfies ChallengeTexts;
