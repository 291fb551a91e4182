"""Loads a program, and runs its jobs."""
import sys
from types import ModuleType

from . import lines, starts
from .api import Api
from .check import GIVEN, result_of
from .console import current, end_lines, write_log
from .lines import with_line
from .shown import describe
from .sleeps import watch_sleeps
from .timed_waits import watch_timed_waits
from .timers import watch_timers
from .wire import emit


# The flag of the code of a function with `**` parameters: inspect has it, but takes long to import.
CO_VARKEYWORDS = 8


class Program:
    """The functions of a program. `job_async` and `main_async` are for the event loop."""

    def __init__(self, module):
        named = vars(module)
        self.job, self.job_async = _pair(named, "job")
        self.main, self.main_async = _pair(named, "main")
        if self.job is None and self.job_async is None:
            raise TypeError('The program has no function "job".')
        self.check = named.get("check")
        _require_function("check", self.check)
        if _is_async(self.check):
            raise TypeError('The program has a "check" that is an async function: write a plain one.')
        if self.check is not None and not _takes(self.check, GIVEN):
            raise TypeError(
                'The program has a "check" with other parameters than shared, logs and results. '
                "If it is for something else, give it another name."
            )


def load(address, is_async=False):
    """Loads the program at a file URL, for the event loop or not. Raises what it raises, and if it has no `job`."""
    code, text = compiled(address)
    starts.refuse(can_fork=False)
    if is_async or "import asyncio" in text or "from asyncio" in text:
        # What is watched of it must be so before the program has it.
        import asyncio  # noqa: F401
    watch_sleeps(is_async)
    if not is_async:
        watch_timed_waits()
    watch_timers()
    module = ModuleType("program")
    # Classes of the program are looked up there, as by dataclasses.
    sys.modules["program"] = module
    exec(code, vars(module))
    return Program(module)


def compiled(address):
    """Returns the code of the program at a file URL, and its text. Raises if it cannot be compiled."""
    with open(path_of(address), encoding="utf-8") as file:
        text = file.read()
    return compile(text, lines.FILE, "exec", dont_inherit=True), text


def run_job(n, context):
    """Runs job `n` on the calling thread to its end, and reports how it ended. Returns its outcome."""
    _begin(n, context)
    error = None
    try:
        job = context.program.job
        if job is None:
            raise TypeError("job is an async function, which only the event loop runs: write a plain one, too.")
        _pass_on(n, job(n, Api(n, context, False)), context)
    except BaseException as raised:
        # Also those that are no `Exception`: the lane goes on, or says how it ends.
        error = raised
    return _end(n, context, error)


async def run_job_async(n, context):
    """Does the same on the event loop. A program without an async job blocks the loop with its plain one."""
    _begin(n, context)
    error = None
    try:
        if context.program.job_async is None:
            returned = context.program.job(n, Api(n, context, False))
        else:
            returned = await context.program.job_async(n, Api(n, context, True))
        _pass_on(n, returned, context)
    except BaseException as raised:
        if type(raised).__name__ == "CancelledError":
            raise
        error = raised
    return _end(n, context, error)


def _pass_on(n, returned, context):
    """Passes on what job `n` returned to the program's check. If that cannot be, the console says so."""
    if context.gather is None:
        return
    try:
        result = result_of(n, returned)
        if result is not None:
            context.gather(result)
    except Exception as error:
        write_log(context.lane, n, "stderr", f"check is not given what job {n} returned: {describe(error)}")


class Exited(SystemExit):
    """A job has called `sys.exit`. It also ends an event loop."""


def exit_code(error):
    """Returns the exit code of a `SystemExit`, as Python takes it."""
    if error.code is None:
        return 0
    return error.code & 0xFF if isinstance(error.code, int) else 1


def say_exit(error):
    """Prints what main has given to `sys.exit` in the place of a code, as Python does."""
    if not isinstance(error.code, (int, type(None))):
        print(error.code, file=sys.stderr)


def _begin(n, context):
    current.set((context.lane, n))
    emit({"type": "job-started", "lane": context.lane, "job": n})
    context.running.add(n)


def _end(n, context, error):
    context.running.discard(n)
    outcome = {"status": "done", "error": None}
    line = None
    if error is not None:
        line = lines.of(error)
        text = describe(error)
        if isinstance(error, SystemExit):
            what = "thread" if context.lane > 0 and context.settings["mode"] == "threads" else "process"
            text = f"It called sys.exit: its {what} exited with code {exit_code(error)}."
        outcome = {"status": "failed", "error": text}
        write_log(context.lane, n, "stderr", f"Job {n} failed: {text}", line)
    end_lines(context.lane, n)
    current.set((context.lane, None))
    # A job in a process of its own ends with it: the server says how.
    is_gone = isinstance(error, SystemExit) and context.settings["mode"] == "processes"
    if not is_gone:
        emit(with_line({"type": "job-ended", "lane": context.lane, "job": n, **outcome}, line))
    if isinstance(error, SystemExit):
        raise Exited(exit_code(error))
    return outcome


def _pair(named, name):
    """Returns a program's plain function and its async one; None for what it does not have."""
    plain, other = named.get(name), named.get(f"{name}_async")
    for key, value in (name, plain), (f"{name}_async", other):
        _require_function(key, value)
    if other is not None and not _is_async(other):
        raise TypeError(f'The program has a "{name}_async" that is not an async function.')
    if _is_async(plain):
        return None, other or plain
    return plain, other


def _require_function(name, value):
    if value is not None and not callable(value):
        raise TypeError(f'The program has a "{name}" that is not a function.')
    # A generator, which would not even begin when it is called.
    if _flags(value) & 0x220:
        raise TypeError(f'The program has a "{name}" that yields, so that it would never begin: write one that returns.')


def _takes(function, names):
    """Whether a function can be called with arguments of just these names."""
    code = getattr(function, "__code__", None)
    if code is None:
        return True
    parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    usual = len(function.__defaults__ or ())
    required = {*parameters[: code.co_argcount - usual], *parameters[code.co_argcount :]}
    required -= set(function.__kwdefaults__ or ())
    takes_any = bool(code.co_flags & CO_VARKEYWORDS)
    return required <= names and (takes_any or names <= set(parameters[code.co_posonlyargcount :]))


def _is_async(function):
    return _flags(function) & 0x80 != 0


def _flags(function):
    # 0x20 is that of a generator, 0x80 of a coroutine, 0x200 of both. The module `inspect` takes longer to load than all
    # of ours.
    return getattr(getattr(function, "__code__", None), "co_flags", 0)


def path_of(address):
    """Returns the path of a file URL."""
    parts = address.removeprefix("file://").encode().split(b"%")
    return (parts[0] + b"".join(bytes([int(part[:2], 16)]) + part[2:] for part in parts[1:])).decode()
