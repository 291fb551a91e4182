import type { Lesson } from '../lesson.ts';

export default {
  group: 'trouble',
  order: 4,
  title: 'Starvation: a busy neighbour',
  shortTitle: 'Starvation',
  settings: { modes: ['event-loop', 'threads'], jobs: 6 },
  scriptMode: 'threads',
  ignores: ['jobs', 'seconds', 'work'],
  // Of two groups, each has sixteen turns of 0.1 seconds: twelve of a busy job, two of each of its neighbours, which do
  // not wait for it in the first group if each job has its own memory.
  passSeconds: () => 2.8,
  prediction: {
    question:
      'Job 0 wants twelve turns, jobs 1 and 2 want two each. After each turn, job 0 wants the next one at once; the others check every 0.05\u00a0s whether the turn is free. When does job 1 get its first turn?',
    choices: ['After job 0’s next turn', 'After all of job 0’s turns', 'Never'],
  },
  text: {
    lookFor:
      'First, jobs 0 to 2 share a flag that has no waiting line. Then jobs 3 to 5 share a lock that has one. Compare how long the busy job’s neighbours wait for their first turn.',
    happened:
      'Job 0 gives the flag back and takes it again at once. Whenever jobs 1 and 2 look, it is taken; nothing stops them, but they never look at the right moment. That is starvation: work gets done all the time, but some jobs never have their turn. The lock has a waiting line: a release passes it to the job that has waited longest. So the busy job goes to the end of the line, and between two of its turns each neighbour has one. That is fairness. The busy job takes longer, and its neighbours wait far less.',
    javascript:
      'The lock here is fair in every mode, and so are Python’s asyncio.Lock and the lists of waiting promises that JavaScript programs use. Python’s threading.Lock and multiprocessing.Lock promise no order, and neither does a lock built from Atomics.wait and Atomics.notify: a thread that has just released the lock can be the first to get it again. The event loop has another kind of busy neighbour: a job that computes gives no other job a turn until it awaits.',
    inRealWork:
      'One customer with a million requests, one query that locks a table again and again: the average looks fine while someone waits for ever. The usual cures are a line for each customer, limits, and aging, where the longest wait comes first. On this server, waiting runs take turns by person, for the same reason.',
  },
} satisfies Lesson;
