import type { ChallengeTexts } from '../challenge.ts';

export default {
  title: 'Readers and writers',
  jobs: 3,
  story:
    'A writer notes a goal in two places: in the list of goals, and in the score. Two readers read both.',
  goal: 'the goal is noted, and each reader sees both places the same',
  fewest: 1,
  lesson: 'lock',
} satisfies ChallengeTexts;
