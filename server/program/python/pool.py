"""Starts jobs on lanes beside main: one lane a job, or a fixed number of lanes that take jobs in order.

The same as server/program/pool.ts. A lane has a `name` and a `pid`, `opened` and `ended`, `run(job)`, `close()`,
`exitcode` and `alive`.
"""
from threading import RLock

from .later import Later
from .wire import emit


class Handle:
    """A job that was started: what `start` of a mode returns, and what a join waits for."""

    def __init__(self, job):
        self.job = job
        self.lane = None
        self.running = True
        # Set with the outcome when the job has ended, and its lane if that ends with it.
        self.ended = Later()

    def finish(self, outcome):
        """Notes the end of the job."""
        self.running = False
        self.ended.set(outcome)


class Pool:
    """The queue in front of the lanes, which `open_lane(lane, job, daemon)` opens."""

    def __init__(self, open_lane, settings):
        self._open = open_lane
        self._most = float("inf") if settings["maxLanes"] is None else settings["maxLanes"]
        self._reuse = settings["reuse"]
        # Lanes end on threads of their own.
        self._mutex = RLock()
        self._taken = 0
        self._last = 0
        self._lanes = {}
        self._idle = []
        self._daemons = set()
        self._waiting = []
        self._keeps_alive = {}
        self._unfinished = 0
        self._is_draining = False

    def start(self, job, daemon):
        """Starts `job`, or queues it if no lane is free. Steps, which end when it has a lane or a place in the queue."""
        handle = Handle(job)
        with self._mutex:
            if not daemon:
                self._unfinished += 1
                self._keeps_alive[handle] = None
            if self._idle or self._taken < self._most:
                self._begin(handle, daemon)
            else:
                wait = {"lane": 0, "job": job, "for": "worker", "on": "a free lane"}
                emit({"type": "wait-started", **wait})

                def begin():
                    emit({"type": "wait-ended", **wait})
                    self._begin(handle, daemon)

                self._waiting.append(begin)
        if handle.lane is not None:
            yield handle.lane.opened
        return handle

    def drain(self):
        """Steps, which end when every job that is not a daemon's has ended, and the lanes have closed."""
        self._is_draining = True
        while self._keeps_alive:
            yield next(iter(self._keeps_alive)).ended
        with self._mutex:
            # Only daemons' jobs still wait, and a daemon does not run without other jobs.
            self._waiting.clear()
            for lane in list(self._idle):
                lane.close()
            left = [lane for lane in self._lanes if lane not in self._daemons]
        for lane in left:
            yield lane.ended

    def _begin(self, handle, daemon):
        lane = self._take(handle.job, daemon)
        handle.lane = lane
        if daemon:
            self._daemons.add(lane)

        def end(outcome):
            with self._mutex:
                self._daemons.discard(lane)
                if not daemon:
                    self._unfinished -= 1
                if self._reuse and lane.alive:
                    self._idle.append(lane)
                    self._start_next()
            if self._reuse:
                finish(outcome)
            else:
                lane.ended.then(lambda _: finish(outcome))

        def finish(outcome):
            self._keeps_alive.pop(handle, None)
            handle.finish(outcome)

        lane.run(handle.job).then(end)

    def _take(self, job, daemon):
        if self._idle:
            return self._idle.pop()
        self._taken += 1
        self._last += 1
        lane = self._open(self._last, job, daemon)
        self._lanes[lane] = None
        lane.ended.then(lambda _: self._drop(lane))
        return lane

    def _drop(self, lane):
        with self._mutex:
            self._lanes.pop(lane, None)
            if lane in self._idle:
                self._idle.remove(lane)
            self._taken -= 1
            self._start_next()

    def _start_next(self):
        """Starts the job that has waited longest. If only daemons are left after main, starts none."""
        if self._waiting and (not self._is_draining or self._unfinished > 0):
            self._waiting.pop(0)()
