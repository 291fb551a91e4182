"""Runs a script: a program without a job, which uses Python's own threads. It is run as it is written, and watched."""
import os
import sys
import threading
from types import ModuleType

from .console import current, write_log
from .lines import of
from .observed import Watch
from .program import compiled, exit_code
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
    emit({"type": "lane-ready", "lane": 0})
    current.set((0, None))
    watch = Watch(text, order["pid"], order["parentPid"])
    watch.install()
    os.fork = _no_processes
    failed, exited = None, 0
    try:
        module = ModuleType("__main__")
        sys.modules["__main__"] = module
        exec(code, vars(module))
    except SystemExit as error:
        exited = exit_code(error)
        write_log(0, None, "stderr", f"Main ended: It called sys.exit: its process exits with code {exited}.", of(error))
    except BaseException as error:
        failed = describe(error)
        write_log(0, None, "stderr", f"Main failed: {failed}", of(error))
    # However it ended, Python waits for its threads, and does what the standard library does last.
    watch.await_started()
    threading._shutdown()
    if failed is not None:
        return end("threw", failed)
    return end("returned", None) if exited == 0 else end(None, exited)


def _no_processes():
    raise PermissionError("A script cannot start processes here. Threads work.")
