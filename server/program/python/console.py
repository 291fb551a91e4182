"""The console of a process: `log` and `print` become log events, one a line, within the job's limit."""
import contextvars
import io
import sys
from threading import Lock

from .lines import here, with_line
from .wire import emit

# The lane and the job (None for main) that the running code belongs to. Jobs share a thread on the event loop.
current = contextvars.ContextVar("current")

_home = 0
_limit_bytes = float("inf")
_written = {}
_counting = Lock()


def place():
    """Returns the lane and the job of the running code. A thread that the program started has those of the process."""
    return current.get((_home, None))


def is_main():
    """Reports whether this is main's process."""
    return _home == 0


def hear_output(listener):
    """Calls `listener(job, text)` with each line that the program writes itself from now on, as it is sent."""
    global _hear
    _hear = listener


def _hear(job, text):
    pass


def write_output(lane, job, stream, text, line=None):
    """Writes what the program itself writes to the console: see `_write`."""
    _write(lane, job, stream, text, line, lambda sent: _hear(job, sent))


def write_log(lane, job, stream, text, line=None):
    """Writes text of ours to the console, after what the same place has begun to print: see `_write`."""
    end_lines(lane, job)
    _write(lane, job, stream, text, line)


def _write(lane, job, stream, text, line=None, on_sent=None):
    """Writes text to the console, one event a line. What is beyond the job's limit is not sent. Calls `on_sent` with each
    line that is."""
    for part in text.split("\n"):
        with _counting:
            before = _written.get(job, 0)
            # The line that crosses the limit is still sent: from it the server knows that the log was cut.
            if before > _limit_bytes:
                return
            fact = {"type": "log", "lane": lane, "job": job, "stream": stream, "text": part}
            sent = emit(with_line(fact, line))
            _written[job] = before + len(sent["text"].encode("utf-8", "replace")) + 1
            if on_sent is not None:
                on_sent(sent["text"])


class _Console(io.TextIOBase):
    """Stands for `sys.stdout` or `sys.stderr`: sends whole lines, each with the job that wrote it."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, stream):
        self._stream = stream
        self._begun = {}

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        where = place()
        whole, newline, rest = (self._begun.pop(where, "") + text).rpartition("\n")
        if newline:
            write_output(*where, self._stream, whole, here())
        if len(rest) > 4096:
            write_output(*where, self._stream, rest, here())
        elif rest:
            self._begun[where] = rest
        return len(text)

    def forget(self):
        """Drops the lines that have no end yet."""
        self._begun.clear()

    def end_line(self, where):
        """Sends the line of a place, a lane and a job, if it has no end yet."""
        rest = self._begun.pop(where, None)
        if rest is not None:
            write_output(*where, self._stream, rest)

    def finish(self):
        """Sends the lines that have no end yet."""
        for where in list(self._begun):
            self.end_line(where)


def move(lane):
    """Makes the console that of `lane`, in a process that was forked: what the other had begun to print is not its own."""
    global _home, _counting
    _home, _counting = lane, Lock()
    for console in _consoles:
        console.forget()


def redirect(lane, limit_bytes):
    """Makes `print` and errors of this process write to the console of `lane`."""
    global _home, _limit_bytes
    _home, _limit_bytes = lane, limit_bytes
    sys.stdout = sys.__stdout__ = _Console("stdout")
    sys.stderr = sys.__stderr__ = _Console("stderr")
    # There is no terminal to answer at: `input` meets the end of the file at once.
    sys.stdin = sys.__stdin__ = io.StringIO()
    _consoles.extend((sys.stdout, sys.stderr))


_consoles = []


def end_lines(lane, job):
    """Sends what a lane has printed in a job, or in none, without the end of its line."""
    for console in _consoles:
        console.end_line((lane, job))


def finish():
    """Sends what was printed without the end of its line."""
    for console in _consoles:
        console.finish()
