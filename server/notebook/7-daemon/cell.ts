import type { CellTexts } from '../cell.ts';

export default {
  title: 'A daemon thread is cut off',
  lookFor:
    'Two threads sleep for a random time. One of them is a daemon. Main starts both and ends. Which of them reaches its last line? Run it a few times.',
  output:
    'None: this cell has not been run. In a notebook, it would show no difference. Its main thread lives until the notebook is closed, so both threads would reach their last line.',
  seen: 'As a script, main ends at once. Python then waits for the thread that is no daemon. If the daemon sleeps longer than that, it is cut off in its sleep, and its last line is never printed.',
  repairs: ['`d.daemon = True` in place of `d.setDaemon(True)`, which Python has deprecated since 3.10.'],
  lesson: 'daemon',
  mode: 'threads',
  settings: { jobs: 2, minSeconds: 0.2, maxSeconds: 2 },
} satisfies CellTexts;
