"""Runs a script: a program without a job, which uses Python's own threads or processes. It is run as it is written, and
watched."""
import atexit
import os
import sys
import threading
from types import ModuleType

from . import starts
from .console import current, write_log
from .lines import of
from .observed import Watch
from .program import compiled, exit_code, path_of, say_exit
from .shown import describe
from .wire import emit


def begin_script(order, end):
    """Runs the pass. `end(reason, error, line)` ends the process."""
    settings = order["settings"]
    try:
        code, text = compiled(settings["program"])
    except BaseException as error:
        why = describe(error)
        write_log(0, None, "stderr", f"The script cannot be read: {why}", of(error))
        return end("threw", why)
    # Where it may not fork, _no_processes says so.
    starts.refuse(can_fork=True)
    watch = Watch(text, order["pid"], order["parentPid"])
    watch.install()
    if settings["mode"] == "processes":
        from .between import Between
        from .forked import Forks

        watch.forks = Forks(watch, order["pid"])
        watch.forks.install()
        # Beside the program.
        Between(watch, path_of(settings["program"]).rpartition("/")[0] + "/shared").install()
    else:
        os.fork = _no_processes
        if "multiprocessing" in text:
            # Its pool of threads makes semaphores, too.
            from . import semaphores

            semaphores.install()
    emit({"type": "lane-ready", "lane": 0})
    current.set((0, None))
    failure, exited = None, 0
    try:
        module = ModuleType("__main__")
        sys.modules["__main__"] = module
        exec(code, vars(module))
    except SystemExit as error:
        failure, exited = error, exit_code(error)
        say_exit(error)
    except BaseException as error:
        failure = error
    line = None if failure is None else of(failure)
    has_failed = failure is not None and not isinstance(failure, SystemExit)
    if watch.forks and watch.forks.lane > 0:
        # A process that the script forked, which has come to the end of the script, too.
        watch.forks.end_job(error=describe(failure) if has_failed else None, exited=exited, line=line)
        _shut_down()
        os._exit(1 if has_failed else exited)
    if has_failed:
        write_log(0, None, "stderr", f"Main failed: {describe(failure)}", line)
    elif failure is not None:
        write_log(0, None, "stderr", f"Main called sys.exit: its process exits with code {exited}.", line)
    # However it ended, Python waits for its threads, and does what the standard library does last.
    watch.await_started()
    _shut_down()
    if has_failed:
        return end("threw", describe(failure))
    return end("returned", None) if exited == 0 else end(None, exited)


def _shut_down():
    threading._shutdown()
    atexit._run_exitfuncs()


def _no_processes():
    raise PermissionError("This script may not start processes: its text names neither os.fork nor Process. There is no Manager.")
