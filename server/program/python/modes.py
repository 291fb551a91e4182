"""The modes: each has `start(job, daemon)` and `drain()`, which are steps (later.py)."""
import queue
import threading

from .api import Context
from .console import current
from .last_resort import guard
from .later import Later
from .pool import Handle, Pool
from .program import Exited, run_job, run_job_async
from .shown import describe
from .wire import emit, now


class OneByOne:
    """One by one: `start` runs the job on main's own thread, to its end, before it returns."""

    def __init__(self, context):
        self._context = context

    def start(self, job, _daemon):
        handle = Handle(job)
        handle.lane = _Place(self._context)
        try:
            handle.finish(run_job(job, self._context))
        finally:
            current.set((0, None))
        return handle
        yield

    def drain(self):
        return
        yield


class _Place:
    """What a job has of main's lane: its place on the event loop, or on main's thread."""

    exitcode = None

    def __init__(self, context):
        self.name, self.pid = context.name, context.pid
        self.opened, self.ended = Later(), Later()
        self.opened.set()

    @property
    def alive(self):
        return not self.ended.is_set

    def close(self):
        self.ended.set()


class _Task(_Place):
    """A place on the event loop, which takes a slot of the pool as a lane does."""

    def __init__(self, context):
        super().__init__(context)
        self._context = context

    def run(self, job):
        import asyncio

        outcome = Later()

        async def body():
            result = await run_job_async(job, self._context)
            outcome.set(result)
            if not self._context.settings["reuse"]:
                self.ended.set()

        task = asyncio.get_running_loop().create_task(body(), name=f"job {job}")
        _tasks.add(task)
        task.add_done_callback(lambda task: self._gone(task, job, outcome))
        return outcome

    def _gone(self, task, job, outcome):
        _tasks.discard(task)
        if task.cancelled() and job in self._context.running:
            # Something of the program's has cancelled it.
            self._context.running.discard(job)
            error = "CancelledError"
            emit({"type": "job-ended", "lane": 0, "job": job, "status": "failed", "error": error})
            outcome.set({"status": "failed", "error": error})
            self.ended.set()


# The event loop itself keeps no task alive.
_tasks = set()


def event_loop(context):
    """Jobs share main's thread, and each runs until it waits: they are asyncio's tasks."""
    return Pool(lambda _lane, _job, _daemon: _Task(context), context.settings)


class _Thread:
    """A thread, which takes jobs from its inbox."""

    exitcode = None

    def __init__(self, context, hub, parent_pid, new_asker, lane, job, daemon):
        settings = context.settings
        self.name = name_of_lane(lane, job, settings["reuse"])
        self.pid = context.pid
        self.opened, self.ended = Later(), Later()
        self._lane, self._hub = lane, hub
        self._inbox = queue.SimpleQueue()
        rest = (context.pid, settings, context.program, context.memory, new_asker(lane), context.gather)
        self._context = Context(lane, self.name, *rest)
        fact = {"lane": lane, "kind": "thread", "name": self.name, "job": job, "pid": context.pid}
        fact |= {"parentPid": parent_pid, "daemon": daemon}
        started = now()
        thread = threading.Thread(target=self._serve, name=self.name, daemon=daemon)
        guard(thread)
        self._refused = None
        try:
            thread.start()
        except RuntimeError as error:
            # The system refuses another thread.
            self._refused = describe(error)
        number = thread.native_id or 0 if self._refused is None else 0
        emit({"type": "lane-started", **fact, "threadId": number}, started)
        self.opened.set()

    @property
    def alive(self):
        return not self.ended.is_set

    def run(self, job):
        outcome = Later()
        if self._refused is None:
            self._inbox.put((job, outcome))
            return outcome
        lost = {"status": "failed", "error": self._refused}
        emit({"type": "job-ended", "lane": self._lane, "job": job, **lost})
        emit({"type": "lane-ended", "lane": self._lane, "reason": "threw", "exitCode": None, "signal": None})
        outcome.set(lost)
        self.ended.set()
        return outcome

    def close(self):
        self._inbox.put((None, None))

    def _serve(self):
        # Its first job comes when main has reported the thread.
        job, outcome = self._inbox.get()
        current.set((self._lane, None))
        emit({"type": "lane-ready", "lane": self._lane})
        reason, code = "returned", None
        while job is not None:
            try:
                result = run_job(job, self._context)
            except Exited as exited:
                reason, code = "exited", exited.code
                result = {"status": "failed", "error": f"SystemExit: {exited.code}"}
            if reason == "returned" and not self._context.settings["reuse"]:
                reason = "threw" if result["status"] == "failed" else "returned"
                self._leave(reason, code)
                outcome.set(result)
                return self.ended.set()
            if reason == "exited":
                self._leave(reason, code)
                self.ended.set()
                return outcome.set(result)
            outcome.set(result)
            job, outcome = self._inbox.get()
        self._leave(reason, code)
        self.ended.set()

    def _leave(self, reason, code):
        self._hub.leave(self._lane)
        emit({"type": "lane-ended", "lane": self._lane, "reason": reason, "exitCode": code, "signal": None})


def threads(context, hub, parent_pid, new_asker):
    """Jobs run in threads of main's process."""
    return Pool(
        lambda lane, job, daemon: _Thread(context, hub, parent_pid, new_asker, lane, job, daemon),
        context.settings,
    )


class Processes:
    """Jobs run in child processes. Main asks and the server launches: as the only parent, it can end them all."""

    def __init__(self, context):
        self._settings = context.settings
        self._children = {}
        self._pool = Pool(self._open, context.settings)
        self.start, self.drain = self._pool.start, self._pool.drain

    def hear(self, order):
        """Takes an order of the server about a lane."""
        child = self._children.get(order.get("lane"))
        if child is None:
            return
        match order["type"]:
            case "lane-opened":
                child.pid = order["pid"]
                child.opened.set()
            case "job-ended":
                child.settle(order)
            case "lane-ended":
                child.exitcode = order["exitCode"]
                del self._children[order["lane"]]
                child.opened.set()
                child.end(order)

    def _open(self, lane, job, daemon):
        child = _Child(lane, name_of_lane(lane, job, self._settings["reuse"]), job)
        self._children[lane] = child
        emit({"type": "open-lane", "lane": lane, "job": job, "daemon": daemon})
        return child


class _Child:
    """A child process, as main sees it."""

    def __init__(self, lane, name, first_job):
        self.name, self.pid, self.exitcode = name, None, None
        self.opened, self.ended = Later(), Later()
        self._lane, self._first = lane, first_job
        self._outcome = Later()

    @property
    def alive(self):
        return not self.ended.is_set

    def run(self, job):
        if job != self._first:
            self._outcome = Later()
            emit({"type": "run-job", "lane": self._lane, "job": job})
        return self._outcome

    def settle(self, order):
        self._outcome.set({"status": order["status"], "error": order["error"]})

    def end(self, order):
        # First, so that a pool does not take it for a free lane.
        self.ended.set()
        self.settle(order)

    def close(self):
        emit({"type": "close-lane", "lane": self._lane})


def name_of_lane(lane, job, is_pool):
    """Returns the name of a lane beside main, as in server/spec/lanes.ts."""
    return f"worker {lane}" if is_pool else f"job {job}"
