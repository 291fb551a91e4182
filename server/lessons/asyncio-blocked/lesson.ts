import { inTurns } from '../../figures/expect.ts';
import type { Lesson } from '../lesson.ts';

export default {
  group: 'computing',
  order: 5,
  title: 'A call that blocks, among awaits',
  shortTitle: 'A call that blocks',
  settings: { modes: ['event-loop', 'threads'], runtime: 'python', jobs: 6, minSeconds: 1, maxSeconds: 1 },
  ignores: ['work'],
  scriptMode: 'event-loop',
  // Odd jobs block their thread; the others wait beside them.
  passSeconds: ({ seconds, waiting, blocking }) =>
    Math.max(
      inTurns(seconds, waiting),
      inTurns(
        seconds.filter((_, n) => n % 2 === 1),
        blocking,
      ),
    ),
  prediction: {
    question:
      'Jobs wait on the event loop: half of them with await, the other half with a call that blocks. How long do they take together?',
    choices: [
      'As long as one of them',
      'As long as those that block, one after another',
      'As long as all of them, one after another',
    ],
  },
  text: {
    lookFor:
      'No job computes: all of them only wait. The even jobs wait with await, the odd ones with a call that blocks. On the event loop, look at what goes on beside a job that blocks. Then compare with threads.',
    happened:
      'While a job awaits, the event loop runs others. A call that blocks returns only when its time is up; until then, the one thread of the loop can run nothing else, although the processor is idle. So the jobs that block run one after another, and the others begin and wake up late, between them. On the loop, such a job is drawn like one that computes, because it has the thread; CPU time, under Figures, shows the difference. In threads, a blocking call holds up only its own thread: there it is a sleep like any other.',
    javascript:
      'In Python, async before def makes nothing asynchronous: time.sleep, requests.get and input block the loop from inside a coroutine just as well. Use what can be awaited, such as asyncio.sleep, or hand the call to a thread with asyncio.to_thread; run the jobs in threads here to see what that gains. A call that should be awaited and is not is another mistake: asyncio.sleep(1) alone waits for nothing, and Python warns that the coroutine was never awaited. In JavaScript, few calls block, such as readFileSync, execSync and Atomics.wait, and for most there is one that can be awaited.',
    inRealWork:
      'One handler that asks a database through a blocking library stops all other visitors of an asyncio server, while the monitoring says that the processor has nothing to do. asyncio’s debug mode (PYTHONASYNCIODEBUG=1) names each step that holds the loop for more than a tenth of a second.',
  },
} satisfies Lesson;
