"""A process of a pass: takes the server's orders, and says how its lane ended."""
import _sitebuiltins
import _thread
import builtins
import errno
import os
import select
from queue import SimpleQueue
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

from . import console, last_resort
from .api import Context
from .asker import Asker
from .compute import calibrate
from .lines import of
from .main import begin_main
from .modes import name_of_lane
from .program import Exited, load, run_job
from .shared import Memory
from .shown import describe
from .wire import emit, orders

_exit = os._exit
# Linux counts in KiB.
_MEMORY_UNIT = 1 if os.uname().sysname == "Darwin" else 1024
# From how long on without an order a process is not one that a pass waits for.
_IDLE_SECONDS = 0.2


def begin():
    """Says hello, and does what the first order asks for."""
    # Without the module `site`, which finds packages that are not Python's own, these would be missing.
    builtins.exit = _sitebuiltins.Quitter("exit", "")
    builtins.quit = _sitebuiltins.Quitter("quit", "")
    last_resort.use(_end)
    emit({"type": "hello"})
    if not select.select([0], [], [], _IDLE_SECONDS)[0]:
        # It is kept ready. The event loop takes long to load, and nobody waits for it now.
        import asyncio  # noqa: F401
    following = orders()
    for order in following:
        match order["type"]:
            case "ping":
                emit({"type": "hello"})
            case "calibrate":
                emit({"type": "calibrated", "blocksPerSecond": calibrate()})
                _exit(0)
            case "begin-main":
                console.redirect(0, order["settings"]["logBytes"])
                begin_main(order, _listener(following), _end)
            case "begin-lane":
                console.redirect(order["lane"], order["settings"]["logBytes"])
                _begin_lane(order, _listener(following))
    # The server is gone, or wants this process to end.
    _exit(1)


def _listener(following):
    """Reads the orders that follow on a thread of its own; returns what sets the function to call with each."""
    heard = [lambda order: None]

    def listen():
        try:
            for order in following:
                heard[0](order)
        except OSError as error:
            if error.errno == errno.EBADF:
                last_resort.fail("The program has closed its standard input, from which its orders come.")
        except BaseException as error:
            last_resort.fail(error)
        finally:
            _exit(1)

    _thread.start_new_thread(listen, ())

    def use(listener):
        heard[0] = listener

    return use


def _begin_lane(order, listen):
    settings, lane = order["settings"], order["lane"]
    state = dict(order["queue"])
    inbox = SimpleQueue()
    asker = Asker(lane, lambda ask: emit({"type": "ask", "ask": ask}), lambda: state)

    def hear(order):
        match order["type"]:
            case "answer":
                asker.receive(order["answer"])
            case "queue-state":
                state.update(order["state"])
            case "run-job":
                inbox.put(order["job"])
            case "close-lane":
                inbox.put(None)

    listen(hear)
    try:
        program = load(settings["program"])
    except BaseException as error:
        _end("threw", describe(error), of(error))
    name = name_of_lane(lane, order["job"], settings["reuse"])
    gather = None
    if program.check is not None:

        def gather(evidence):
            emit({"type": "evidence", "lane": lane, "evidence": evidence})

        console.hear_output(lambda job, text: gather({"what": "line", "job": job, "text": text}))
    context = Context(lane, name, order["pid"], settings, program, Memory(), asker, gather)
    emit({"type": "lane-ready", "lane": lane})
    job = order["job"]
    while job is not None:
        try:
            outcome = run_job(job, context)
        except Exited as exited:
            _end(None, exited.code)
        if not settings["reuse"]:
            _end("threw" if outcome["status"] == "failed" else "returned", None)
        job = inbox.get()
    _end("returned", None)


def _end(reason, error, line=None):
    """Reports how the lane ended and what the system counted for this process, and exits. Without a reason, it exits
    with the code `error`, as Python does after `sys.exit`."""
    console.finish()
    if reason is None:
        _exit(error)
    used = getrusage(RUSAGE_SELF)
    # Of a script: its processes that it has waited for.
    ended = getrusage(RUSAGE_CHILDREN)
    bye = {"type": "bye", "reason": reason, "error": error}
    if line is not None:
        bye["line"] = line
    cpu = used.ru_utime + used.ru_stime + ended.ru_utime + ended.ru_stime
    memory = used.ru_maxrss * _MEMORY_UNIT
    emit({**bye, "cpuMs": cpu * 1000, "peakRssBytes": memory})
    _exit(0 if reason == "returned" else 1)
