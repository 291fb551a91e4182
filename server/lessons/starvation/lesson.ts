import type { Lesson } from '../lesson.ts';

export default {
  group: 'trouble',
  order: 4,
  title: 'Starvation: a busy neighbour',
  settings: { modes: ['event-loop', 'threads'], jobs: 6 },
  ignores: ['jobs', 'seconds', 'work'],
  // Of two groups, each has sixteen turns of 0.1 seconds: twelve of a busy job, two of each of its neighbours, which do
  // not wait for it in the first group where each job has memory of its own.
  passSeconds: () => 2.8,
  prediction: {
    question:
      'Job 0 wants twelve turns, jobs 1 and 2 two each. After a turn, job 0 wants the next one at once; the others look every 0.05 seconds whether it is free. When does job 1 have its first turn?',
    choices: ['After the next turn of job 0', 'After all turns of job 0', 'Never'],
  },
  text: {
    lookFor:
      'First jobs 0 to 2 share a flag without a line. Then jobs 3 to 5 do the same with a lock that has one. Compare how long the neighbours of the busy job wait for their first turn.',
    happened:
      'Job 0 gives the flag back and takes it again in the next instant. When jobs 1 and 2 look, it is taken; nothing stops them, they just never look at the right moment. That is starvation: nothing is stuck, work goes on, and one job gets none of it. The lock has a line. A release passes it to the job that has waited longest, so the busy job goes to the end of the line, and between two of its turns each neighbour has one. That is fairness. It costs the busy job time, and the others far less.',
    javascript:
      'The lock here is fair in every mode, and so are asyncio.Lock in Python and the lines of promises that JavaScript programs use. threading.Lock and multiprocessing.Lock promise no order, nor do Atomics.wait and notify: a thread that has just released can be the first again. On the event loop there is another busy neighbour: a job that computes leaves no turn to any other until it awaits.',
    inRealWork:
      'One customer with a million requests, one query that locks a table again and again: the average looks fine while someone waits for ever. Lines per customer, limits and aging are the usual cures; the waiting runs of this server take turns by person for the same reason.',
  },
} satisfies Lesson;
