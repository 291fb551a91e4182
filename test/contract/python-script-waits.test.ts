/** What scripts in Python wait for each other with, beside locks and queues: in threads, and between processes. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import { seldom } from '../everyday.ts';
import { logsOf, ofType as of, playgroundAt, runCode, runtimesAt } from '../launch/sandboxed.ts';
import type { PlaygroundApp } from '../playground-app.ts';
import { PYTHON } from '../python.ts';
import { timelineOf } from '../timeline/made-events.ts';

const runtimes = await runtimesAt('jail');

/** One waits, the other tells it; then a third is told that nobody waits for. */
const CONDITION = `import threading, time
lock = threading.Lock()
full = threading.Condition(lock)
alone = threading.Condition()
items = []

def take():
    with full:
        while not items:
            full.wait()
        print("took", items.pop())

def put():
    time.sleep(0.5)
    with lock:
        items.append(7)
        full.notify()
    with alone:
        with alone:
            alone.notify_all()
            print(alone.wait(timeout=0.05))

taker, putter = threading.Thread(target=take), threading.Thread(target=put)
taker.start()
putter.start()
taker.join()
putter.join()
`;

const EVENTS = `import threading, time
ready, met = threading.Event(), threading.Event()
gate = threading.Barrier(3)

def racer(n):
    ready.wait()
    time.sleep(0.02 * n)
    gate.wait()

racers = [threading.Thread(target=racer, args=(n,)) for n in range(3)]
for one in racers:
    one.start()
time.sleep(0.5)
ready.set()
print(ready.wait(), ready.wait(1), met.wait(0.01), gate.parties)
for one in racers:
    one.join()
met.set()
`;

/** Two buffers between a producer and a consumer: free places, and what is made. Others take turns with two permits. */
const SEMAPHORES = `import threading, time
free, made = threading.Semaphore(2), threading.Semaphore(0)
door = threading.BoundedSemaphore(1)

def produce():
    for _ in range(3):
        free.acquire()
        time.sleep(0.2)
        made.release()

def consume():
    for _ in range(3):
        made.acquire()
        time.sleep(0.6)
        free.release()

def visit(n):
    with door:
        time.sleep(0.5)

jobs = [threading.Thread(target=produce), threading.Thread(target=consume)]
jobs += [threading.Thread(target=visit, args=(n,)) for n in range(2)]
for one in jobs:
    one.start()
for one in jobs:
    one.join()
print(door.acquire(timeout=0.01), door.acquire(blocking=False), door.acquire(timeout=0.01))
door.release()
try:
    door.release()
except ValueError as error:
    print(error)
`;

const PROCESSES = `import multiprocessing, time
ready = multiprocessing.Event()
full = multiprocessing.Condition()
door = multiprocessing.Semaphore(1)
told, here = multiprocessing.Semaphore(0), multiprocessing.Semaphore(0)

def task(n):
    here.release()
    ready.wait()
    with door:
        time.sleep(0.05)
    if n == 0:
        with full:
            full.wait(timeout=5)
        told.release()

jobs = [multiprocessing.Process(target=task, args=(n,)) for n in range(2)]
for one in jobs:
    one.start()
here.acquire()
here.acquire()
time.sleep(0.5)
ready.set()
jobs[1].join()
time.sleep(0.5)
with full:
    full.notify()
told.acquire()
jobs[0].join()
print(ready.wait(), door.acquire(False), door.get_value())
`;

/** The first waits for what nobody tells it; a job that sleeps may still do so. */
const STUCK = `import threading
done = threading.Condition()

def wait():
    with done:
        done.wait()

one = threading.Thread(target=wait)
with done:
    done.notify()
one.start()
one.join()
`;

/** What Python refuses, and subclasses with attributes that ours could have, too. */
const MISUSED = `import copy, pickle, signal, threading

class Door(threading.Semaphore):
    _name, _permits = "own", 3

    def open(self):
        return self._name, self.acquire(timeout=0.01)

class Bell(threading.Condition):
    _keeps = None

def tried(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)

lock, again = threading.Lock(), threading.RLock()
full, ready = threading.Condition(), threading.Event()
door = threading.BoundedSemaphore(1)
for what in (
    lock.release,
    again.release,
    lambda: lock.acquire(False, 1),
    lambda: lock.acquire(True, -2),
    lambda: lock.acquire(timeout=1e300),
    lambda: lock.acquire(timeout="soon"),
    full.wait,
    full.notify,
    full.notify_all,
    full.release,
    lambda: ready.wait(-1),
    lambda: door.acquire(False, 1),
    lambda: door.acquire(timeout=-1),
    door.release,
    lambda: door.release(0),
    lambda: threading.Semaphore(-1),
    lambda: threading.Semaphore(2).release(n=-1),
    lambda: threading.Event(1),
    lambda: pickle.dumps(lock),
    lambda: copy.copy(again),
    lambda: (Door(0).open(), Door(2).open()),
    lambda: (Bell()._keeps, isinstance(Bell(), threading.Condition), isinstance(ready, threading.Event)),
    lambda: [kind.__name__ for kind in (threading.Condition, threading.Semaphore, threading.Barrier)],
):
    tried(what)

# A handler ends a wait that nothing else could end.
ready.clear()
signal.signal(signal.SIGALRM, lambda *_: ready.set())
signal.setitimer(signal.ITIMER_REAL, 1.2)
print(ready.wait())
`;

type Wait = Extract<RunEvent, { type: 'wait-started' | 'wait-ended' }>;

describe.skipIf(!runtimes.includes('python'))('what a script waits with, in the jail', () => {
  let app: PlaygroundApp;
  beforeAll(async () => {
    app = await playgroundAt('jail');
  });
  afterAll(() => app.close());
  const runScript = (code: string) => runCode(app, code, { runtime: 'python' });
  const waits = (events: RunEvent[], kind: Wait['for'], type: Wait['type'] = 'wait-started') =>
    events.flatMap((event) => (event.type === type && event.for === kind ? [event] : []));
  const asked = (events: RunEvent[], kind: Wait['for']) =>
    waits(events, kind).map((wait) => [wait.job, wait.on, 'line' in wait ? wait.line : null]);

  it('a condition: who waits, who notifies whom, and its lock meanwhile', async () => {
    const events = await runScript(CONDITION);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(events)).toEqual(['took 7', 'False']);
    expect(asked(events, 'condition')).toEqual([
      [0, 'full', 10],
      [1, 'alone', 21],
    ]);
    const told = of(events, 'condition-notified').map(({ on, all, id, line }) => ({ on, all, id, line }));
    expect(told).toMatchObject([
      { on: 'full', all: false, line: 17 },
      { on: 'alone', all: true, line: 20 },
    ]);
    const [ended, late] = waits(events, 'condition', 'wait-ended');
    expect(ended).toMatchObject({ job: 0, by: told[0]?.id });
    expect(late).not.toHaveProperty('by');
    // It is released while its job waits, and acquired again: a lock that is acquired twice is let go at once.
    expect(
      of(events, 'lock-released')
        .map(({ on, job }) => `${job} ${on}`)
        .sort(),
    ).toEqual(['0 lock', '0 lock', '1 alone', '1 alone', '1 lock']);
    const { conditions, locks } = timelineOf(events).passes[0]?.state ?? {};
    expect(conditions?.get('full')?.lost.size).toBe(0);
    expect(conditions?.get('alone')?.lost.size).toBe(1);
    expect(locks?.size).toBe(0);
  });

  it('events and barriers: waits for them are those for conditions, and nothing that is kept is lost', async () => {
    const events = await runScript(EVENTS);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(events)).toEqual(['True True False 3']);
    expect(asked(events, 'condition').sort()).toEqual([
      [null, 'met', 15],
      [0, 'gate', 8],
      [0, 'ready', 6],
      [1, 'gate', 8],
      [1, 'ready', 6],
      [2, 'ready', 6],
    ]);
    const told = of(events, 'condition-notified');
    expect(told.map(({ on, all, line }) => [on, all, line])).toEqual([
      ['ready', true, 14],
      ['gate', true, 8],
    ]);
    const by = waits(events, 'condition', 'wait-ended').map((wait) => ('by' in wait ? wait.by : null));
    expect(by.filter((id) => id === told[0]?.id)).toHaveLength(3);
    expect(by.filter((id) => id === told[1]?.id)).toHaveLength(2);
  });

  it('semaphores: permits are taken and given back, also by others, and signals are conditions', async () => {
    const events = await runScript(SEMAPHORES);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(events)).toEqual(['True False False', 'Semaphore released too many times']);
    const permits = waits(events, 'semaphore');
    expect(permits.filter(({ on }) => on === 'free')).toHaveLength(3);
    expect(new Set(permits.map((wait) => [wait.on, 'permits' in wait && wait.permits].join()))).toEqual(
      new Set(['free,2', 'door,1']),
    );
    const given = of(events, 'permit-released');
    const ends = waits(events, 'semaphore', 'wait-ended').filter((wait) => 'by' in wait);
    // The third place was free only when the consumer had given one back, and the second visitor waited for the first.
    expect(ends.map(({ on }) => on).sort()).toEqual(['door', 'free']);
    for (const end of ends) expect(given.map(({ id }) => id)).toContain('by' in end && end.by);
    expect(new Set(waits(events, 'condition').map(({ on }) => on))).toEqual(new Set(['made']));
    const { semaphores } = timelineOf(events).passes[0]?.state ?? {};
    expect([...(semaphores ?? [])].map(([name, { holders }]) => [name, holders.length]).sort()).toEqual([
      ['door', 0],
      ['free', 0],
    ]);
  });

  seldom('between processes: the same waits, but not who ended them', async () => {
    const events = await runScript(PROCESSES);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(events)).toEqual(['True True 0']);
    const met = asked(events, 'condition').filter(([, on]) => on !== 'here');
    expect(met.sort()).toEqual([
      [null, 'told', 28],
      [0, 'full', 14],
      [0, 'ready', 9],
      [1, 'ready', 9],
    ]);
    expect(of(events, 'condition-notified')).toEqual([]);
    expect(
      asked(events, 'semaphore')
        .map(([job, on]) => `${job} ${on}`)
        .sort(),
    ).toEqual(['0 door', '1 door', 'null door']);
    expect(
      of(events, 'permit-released')
        .map(({ job }) => job)
        .sort(),
    ).toEqual([0, 1]);
  });

  it('what Python refuses is refused in its words, and what scripts derive from it works', async () => {
    const plain = spawnSync(PYTHON ?? '', ['-c', MISUSED], { encoding: 'utf8' });
    expect([plain.stderr, plain.status]).toEqual(['', 0]);
    const events = await runScript(MISUSED);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(events)).toEqual(plain.stdout.trimEnd().split('\n'));
    expect(of(events, 'lock-released')).toEqual([]);
  });

  it('a wait that nothing can end is told, with the notification that came before it', async () => {
    const events = await runScript(STUCK);
    expect(of(events, 'pass-ended')[0]?.error).toMatch(
      /^Nothing can continue: .*job 0, line 6, waits for condition done \(lost wake-up: main notified it before\)/,
    );
  });
});
