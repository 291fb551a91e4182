"""Watches a script that uses Python's own threads: what it does with them, with locks, queues and sleeps becomes facts.

Threads, what they wait for each other with, queues and `time.sleep` are wrapped before the script loads, so that it runs as it is written. Threads are
jobs, numbered in the order in which they are started. What the standard library does with threads and locks of its own
stays unwatched.
"""
import itertools
import queue
import re
import sys
import threading
import time

from . import conditions, lines
from .console import current, end_lines, place, write_log
from .lines import CALLERS, here, is_own, with_line
from .locks import Name, SharedLock, WatchedLock
from .numbers import Numbers
from .reports import Sent, join_of, party, report_message, report_wait, value_of, waits
from .shown import describe
from .sleeps import standing_for
from .wire import emit, now

# What starts threads that only move what processes send each other; `multiprocessing.dummy` starts a pool's own threads.
_HELPED = ("multiprocessing", "concurrent.futures.process")
_NAME = r"(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*"
_TARGETS = re.compile(rf"\s*({_NAME}(?:\s*,\s*{_NAME})*)\s*=[^=]")

_frame = sys._getframe
_sleep = time.sleep
_new_lock, _new_rlock = threading.Lock, threading.RLock
_Thread, _Queue = threading.Thread, queue.Queue
_excepthook = threading.excepthook
_start, _join = _Thread.start, _Thread.join
_put, _get = _Queue.put, _Queue.get
_enqueue, _dequeue = _Queue._put, _Queue._get


class Watch:
    """The watch over the script with this text. `pid` and `parent_pid` are those of its process."""

    def __init__(self, text, pid, parent_pid):
        self._lines = text.split("\n")
        self._pid, self._parent_pid = pid, parent_pid
        self.numbers = Numbers()
        self._opening = _new_rlock()
        self._ids = itertools.count(1)
        self._names = {}
        # How often each line has made something that has a name.
        self._made = {}
        # The queue that is shown: the first that the script makes.
        self._queue = None
        # What the current thread has just taken out of it.
        self._taken = threading.local()
        # The threads that Python waits for at the end of the script, with the lines that started them.
        self._left = {}
        self._is_over = False
        # The processes of the script, if it may start any.
        self.forks = None

    def install(self):
        """Puts the watched kinds in the places of Python's own."""
        watch = self
        CALLERS.add(_Thread.run.__code__)
        _Thread.start = lambda thread: watch._start_thread(thread)
        _Thread.join = lambda thread, timeout=None: watch._join_thread(thread, timeout)
        time.sleep = standing_for("time", "sleep", lambda seconds: watch._sleeps(seconds))
        threading.Lock = lambda: watch._lock(_new_lock)
        threading.RLock = lambda: watch._lock(_new_rlock)
        conditions.install(self)
        _Queue.put = lambda self, item, block=True, timeout=None: watch._puts(self, item, block, timeout)
        _Queue.get = lambda self, block=True, timeout=None: watch._gets(self, block, timeout)
        _Queue._put = lambda self, item: watch._enqueues(self, item)
        _Queue._get = lambda self: watch._dequeues(self)

    def move(self, pid, parent_pid, job):
        """Watches the process of a job from now on, which was forked: it has none of the other's threads."""
        self._pid, self._parent_pid = pid, parent_pid
        self._opening = _new_rlock()
        self._left, self._is_over = {}, False
        Name.process = job
        if type(self._queue) is _Queue:
            # A copy, which no other process sees.
            self._queue = object()

    def _start_thread(self, thread):
        starter = str(_frame(2).f_globals.get("__name__"))
        is_helper = starter.startswith(_HELPED) and starter != "multiprocessing.dummy"
        if thread._started.is_set() or is_helper:
            # It is refused, or moves what processes send each other.
            return _start(thread)
        with self._opening:
            lane = self.numbers.take()
            if lane is None:
                return _start(thread)
            job = lane - 1
            run, reported = thread.run, _new_lock()
            reported.acquire()
            thread.run = lambda: self._runs(thread, run, lane, job, reported)
            emit({"type": "start-job", "job": job})
            began, line = now(), here()
            try:
                _start(thread)
            except RuntimeError:
                # The system refuses another one.
                self.numbers.give_back(lane)
                raise
            fact = {"lane": lane, "kind": "thread", "name": thread.name[:100], "job": job, "pid": self._pid}
            fact |= {"parentPid": self._parent_pid, "daemon": thread.daemon, "threadId": thread.native_id or 0}
            starter = place()[0]
            if starter != (0 if Name.process is None else Name.process + 1):
                fact["startedBy"] = starter
            emit({"type": "lane-started", **fact}, began)
            thread._watched_job = job
            if not thread.daemon:
                self._left[thread] = line
            reported.release()

    def _runs(self, thread, run, lane, job, reported):
        """Runs a thread, and reports how it ended."""
        with reported:
            pass
        current.set((lane, job))
        emit({"type": "lane-ready", "lane": lane})
        emit({"type": "job-started", "lane": lane, "job": job})
        end, line, process = {"status": "done", "error": None}, None, Name.process
        # The script's own, in place of our line.
        hook = None
        try:
            run()
        except SystemExit:
            # It ends a thread, and nothing else.
            pass
        except BaseException as error:
            line = lines.of(error)
            end = {"status": "failed", "error": describe(error)}
            if threading.excepthook is not _excepthook:
                hook = threading.excepthook
                _call_hook(hook, (type(error), error, error.__traceback__, thread), place())
        if process != Name.process:
            # A process that was forked in this thread, which is its only one.
            self.forks.end_job(error=end["error"], line=line)
            self.forks.exit(0)
        end_lines(lane, job)
        if end["error"] is not None:
            if hook is None:
                write_log(lane, job, "stderr", f"Thread {thread.name} failed: {end['error']}", line)
        emit(with_line({"type": "job-ended", "lane": lane, "job": job, **end}, line))
        reason = "returned" if end["error"] is None else "threw"
        emit({"type": "lane-ended", "lane": lane, "reason": reason, "exitCode": None, "signal": None})
        with self._opening:
            self._left.pop(thread, None)
            if self._is_over:
                emit({"type": "wait-ended", **join_of(job)})

    def await_started(self):
        """Reports, at the end of the script, the threads and the processes that Python waits for."""
        with self._opening:
            self._is_over = True
            threads = [thread._watched_job for thread in self._left]
            # Python joins these itself, one after another.
            processes = self.forks.left() if self.forks else []
            jobs = sorted([*threads, *processes])
            if not jobs:
                return
            what = f"{'job' if len(jobs) == 1 else 'jobs'} {', '.join(map(str, jobs))}"
            text = f"The script has ended; Python waits for {what}."
            write_log(0, None, "stdout", text, next(iter(self._left.values()), None))
            for job in threads:
                emit({"type": "wait-started", **join_of(job)})

    def joins(self, job, act, timeout=None):
        """Reports a wait of main's for a job."""
        return report_wait(join_of(job), act, timeout)

    def _join_thread(self, thread, timeout):
        job = getattr(thread, "_watched_job", None)
        # Of others’ waits for a thread the log has no place. If the script joins one that has ended, that takes no time.
        if job is None or place() != (0, None) or (is_own(2) and not thread.is_alive()):
            return _join(thread, timeout)
        return self.joins(job, lambda: _join(thread, timeout), timeout)

    def _sleeps(self, seconds):
        if is_own(2) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= 1e6:
            return _sleep(seconds)
        wait = {**party(), "for": "sleep", "on": f"{seconds + 0} s"}
        emit(with_line({"type": "wait-started", **wait}, here()))
        try:
            return _sleep(seconds)
        finally:
            emit({"type": "wait-ended", **wait})

    def _lock(self, new):
        return new() if is_own(2) else self.lock(new(), False)

    def name(self, kind, usual=None):
        """Returns the name by which the script knows what it makes, or a `usual` one: one of its kind, used only once."""
        number = here()
        found = number and _TARGETS.match(self._lines[number - 1])
        name = usual or kind
        if found:
            # As in `ready, done = Event(), Event()`.
            targets = found[1].split(",")
            made = self._made[number] = self._made.get(number, -1) + 1
            name = targets[made % len(targets)].strip().rpartition(".")[2][:80]
        count = self._names[kind, name] = self._names.get((kind, name), 0) + 1
        return name if count == 1 else f"{name} {count}"

    def id(self):
        """Returns an id for an event that others refer to."""
        return f"{place()[0]}.{next(self._ids)}"

    def _puts(self, made, item, block, timeout):
        if self._queue is None and type(made) is _Queue and not is_own(2):
            self._queue = made
        if made is not self._queue or not block or not made.full():
            return _put(made, item, block, timeout)
        return waits("room in the queue", lambda: _put(made, item, block, timeout), timeout)

    def _gets(self, made, block, timeout):
        if self._queue is None and type(made) is _Queue and not is_own(2):
            self._queue = made
        if made is not self._queue:
            return _get(made, block, timeout)
        taken = []
        self._taken.items = taken
        take = lambda: _get(made, block, timeout)  # noqa: E731
        item = waits("a message", take, timeout) if block else take()
        for sent in taken:
            report_message("message-received", sent)
        return item

    def takes(self, made):
        """Shows a queue from now on, if it is the first that the script makes."""
        if self._queue is None:
            self._queue = made

    def shows(self, made):
        """Reports whether that is the queue that is shown."""
        return made is self._queue

    def message(self, item):
        """Returns the message with what is put into the queue."""
        return Sent((self.id(), value_of(item), item))

    def lock(self, made, shared):
        """Returns a lock that is watched: `shared` with other processes, or not."""
        return (SharedLock if shared else WatchedLock)(made, self.name("lock"))

    def _enqueues(self, made, item):
        # With the lock of the queue, so that facts are in the order of what happens.
        if made is self._queue:
            item = self.message(item)
            report_message("message-sent", item)
        _enqueue(made, item)

    def _dequeues(self, made):
        item = _dequeue(made)
        if type(item) is not Sent:
            return item
        if made is self._queue:
            self._taken.items.append(item)
        return item[2]


def _call_hook(hook, what, at):
    """Calls what the script has put in the place of `threading.excepthook`."""
    try:
        hook(threading.ExceptHookArgs(what))
    except Exception as error:
        write_log(*at, "stderr", f"threading.excepthook failed: {describe(error)}", lines.of(error))
