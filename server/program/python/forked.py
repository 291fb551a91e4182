"""Watches the processes that a script starts, with `multiprocessing` or `os.fork`: each is a lane, with its job.

A forked process inherits the pipe to the server, and writes its own facts: a line of that length is never mixed with
another. How it ended is reported by itself and, in case it was killed, by the one that waits for it; the server takes the
first.
"""
import os
import signal
import threading
from multiprocessing import context, process

from . import console, lines, wire
from .console import current, end_lines, place, write_log
from .lines import CALLERS, here, is_own, with_line
from .sleeps import standing_for
from .program import exit_code
from .shown import describe
from .wire import emit, now

_fork, _exit, _waitpid = os.fork, os._exit, os.waitpid
_Process = process.BaseProcess
_start, _join = _Process.start, _Process.join


class Forks:
    """The processes of a script, as one of them sees them. `watch` is the one over its threads, `pid` that of main."""

    def __init__(self, watch, pid):
        self._watch = watch
        self._pid = pid
        # Of this process; main's is 0.
        self.lane, self._job = 0, None
        self._is_job_open = False
        self._reason = "exited"
        # Its own processes, by number: the lane of each, whether it is a daemon, and when it was started.
        self._children = {}
        self._starting = threading.local()

    def install(self):
        """Puts the watched functions in the places of Python's own. Processes are forked, whatever is usual."""
        CALLERS.add(_Process.run.__code__)
        _Process.start = lambda process: self._start_process(process)
        _Process.join = lambda process, timeout=None: self._join_process(process, timeout)
        os.fork = self.fork
        os._exit = standing_for("os", "_exit", lambda code: self.exit(code))
        os.waitpid = self._waits_for
        for name in "wait", "wait3", "wait4":
            setattr(os, name, self._reaping(getattr(os, name)))
        contexts = context._concrete_contexts
        context._default_context._default_context = contexts["fork"]
        for name in set(contexts) - {"fork"}:
            contexts[name]._check_available = lambda name=name: _refuse(name)

    def left(self):
        """Returns the jobs of the processes that Python waits for at the end of this one."""
        return [one._watched_job for one in process.active_children() if not one.daemon and hasattr(one, "_watched_job")]

    def fork(self):
        """Does as `os.fork`."""
        lane = self._watch.numbers.take()
        if lane is None:
            raise RuntimeError("A script can start at most 1000 threads and processes here.")
        job = lane - 1
        made = getattr(self._starting, "process", None)
        is_daemon = made is not None and made.daemon
        began = now()
        emit({"type": "start-job", "job": job})
        try:
            pid = _fork()
        except OSError:
            self._watch.numbers.give_back(lane)
            raise
        if pid == 0:
            self._begin(lane, began, is_daemon)
        else:
            self._children[pid] = (lane, is_daemon, began)
            if made is not None:
                made._watched_job = job
        return pid

    def _begin(self, lane, began, is_daemon):
        """Begins the lane of this process, which was forked just now. What its parent was about to do is not its own."""
        wire.renew()
        console.move(lane)
        parent_pid, self._pid = self._pid, os.getpid()
        self.lane, self._job, self._children = lane, lane - 1, {}
        self._is_job_open, self._reason = True, "exited"
        self._watch.move(self._pid, parent_pid, self._job)
        current.set((lane, self._job))
        _report_start(lane, (self._pid, parent_pid), is_daemon, began)

    def _start_process(self, made):
        run = made.run
        made.run = lambda: self._runs(made, run)
        self._starting.process = made
        try:
            _start(made)
        finally:
            self._starting.process = None
            made.run = run

    def _runs(self, made, run):
        """Runs a `Process` in its process, and reports how its job ended."""
        try:
            run()
        except SystemExit as error:
            self.end_job(exited=exit_code(error), line=lines.of(error))
            raise
        except BaseException as error:
            self.end_job(f"Process {made.name}", describe(error), line=lines.of(error))
            raise SystemExit(1) from None
        self.end_job()

    def end_job(self, who=None, error=None, exited=0, line=None):
        """Reports the end of this process's job: `who` failed with an error, or its process exits with a code."""
        if not self._is_job_open:
            return
        self._is_job_open = False
        self._reason = "exited" if exited else "threw" if error else "returned"
        if exited:
            error = f"Its process exited with code {exited}."
        end_lines(self.lane, self._job)
        if error is not None:
            write_log(self.lane, self._job, "stderr", f"{who or f'Job {self._job}'} failed: {error}", line)
        emit(with_line(_ended(self.lane, self._job, error), line))

    def exit(self, code):
        """Does as `os._exit`."""
        if self.lane > 0:
            code &= 0xFF
            console.finish()
            self.end_job(exited=code, line=here())
            fact = {"reason": self._reason, "exitCode": code, "signal": None}
            emit({"type": "lane-ended", "lane": self.lane, **fact})
        _exit(code)

    def _join_process(self, made, timeout):
        job = getattr(made, "_watched_job", None)
        # Of others’ waits for a process the log has no place. If the script joins one that has ended, that takes no time.
        # A pool joins its workers, which are daemons, by itself: no more is seen of it than of its tasks.
        if job is None or not self._is_main() or (is_own(2) and (made.daemon or not made.is_alive())):
            return _join(made, timeout)
        return self._watch.joins(job, lambda: _join(made, timeout), timeout)

    def _waits_for(self, pid, options):
        child = self._children.get(pid)
        wait = lambda: _waitpid(pid, options)  # noqa: E731
        is_join = child and self._is_main() and options == 0 and not is_own(1)
        found = self._watch.joins(child[0] - 1, wait) if is_join else wait()
        self._note(*found)
        return found

    def _reaping(self, wait):
        def reap(*given):
            found = wait(*given)
            self._note(*found[:2])
            return found

        return reap

    def _note(self, pid, status):
        """Reports how a process ended that has been waited for."""
        if pid not in self._children or not (os.WIFEXITED(status) or os.WIFSIGNALED(status)):
            return
        lane, is_daemon, began = self._children.pop(pid)
        job = lane - 1
        code = os.waitstatus_to_exitcode(status)
        killer = _name_of(-code) if code < 0 else None
        if killer is not None:
            # It may have been killed before it could say anything.
            _report_start(lane, (pid, self._pid), is_daemon, began, began)
            # As its parent ends it when that ends itself, or with its pool.
            is_cut = is_daemon and killer == "SIGTERM"
            emit(_ended(lane, job, None, "cut-off") if is_cut else _ended(lane, job, f"Its process was killed by {killer}."))
        else:
            emit(_ended(lane, job, f"Its process exited with code {code}." if code else None))
        end = {"reason": "killed" if killer else "exited", "exitCode": None if killer else code, "signal": killer}
        emit({"type": "lane-ended", "lane": lane, **end})

    def _is_main(self):
        return place() == (0, None) and threading.current_thread() is threading.main_thread()


def _report_start(lane, pids, is_daemon, began, ready=None):
    """Reports that a process has started with its job. `pids`: its number, and that of its parent."""
    job = lane - 1
    fact = {"lane": lane, "kind": "process", "name": f"job {job}", "job": job, "pid": pids[0], "parentPid": pids[1]}
    emit({"type": "lane-started", **fact, "daemon": is_daemon, "threadId": 0}, began)
    emit({"type": "lane-ready", "lane": lane}, ready)
    emit({"type": "job-started", "lane": lane, "job": job}, ready)


def _ended(lane, job, error, status=None):
    status = status or ("done" if error is None else "failed")
    return {"type": "job-ended", "lane": lane, "job": job, "status": status, "error": error}


def _name_of(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"


def _refuse(name):
    raise ValueError(f"A script’s processes are forked here: {name} would start Python from a file, which is not watched.")
