"""Lines of the program: where an error was raised, and where a call came from."""
import sys

_frame = sys._getframe

# What the program is compiled as: tracebacks show it, and frames are recognised by it.
FILE = "program.py"
_MAX_LINE = 100_000
# What calls the target of a thread or of a process.
CALLERS = set()


def here():
    """Returns the line of the program that is running on this thread; None if it is not on the stack."""
    frame = _frame(1)
    while frame is not None:
        if frame.f_code.co_filename == FILE:
            return _checked(frame.f_lineno)
        frame = frame.f_back
    return None


def is_own(depth):
    """Reports whether the caller, that many frames from here, is code of the standard library."""
    code = _frame(depth + 1).f_code
    # A thread may be started with the function itself: `Thread(target=time.sleep)`.
    return code.co_filename != FILE and code not in CALLERS


def of(error):
    """Returns the innermost line of the program that `error` came through; None if there is none."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return _checked(error.lineno)
    line = None
    at = error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == FILE:
            line = at.tb_lineno
        at = at.tb_next
    return _checked(line)


def _checked(line):
    return line if line is not None and 1 <= line <= _MAX_LINE else None


def with_line(report, line):
    """Returns the report with its line, if that is known."""
    if line is not None:
        report["line"] = line
    return report
