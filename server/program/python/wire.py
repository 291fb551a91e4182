"""Writes reports to the server, synchronously and from any thread, and reads its orders (protocol/wire.ts)."""
import json
import os
import threading
import time

# Taken before the program loads: it cannot keep its lane from reporting.
_write = os.write
_exit = os._exit
_monotonic_ns = time.monotonic_ns
_sleep = time.sleep
_scan = json.JSONDecoder().scan_once

# Longest line of a report in bytes, as in protocol/wire.ts.
LINE_BYTES = 4096


def _origin_ns():
    """Returns what to add to the monotonic clock to get the time of day; of several readings, the closest pair."""
    pairs = []
    for _ in range(5):
        before = _monotonic_ns()
        wall = time.time_ns()
        after = _monotonic_ns()
        pairs.append((after - before, wall - (before + after) // 2))
    return min(pairs)[1]


_ORIGIN_NS = _origin_ns()
# A part of a line may be written by a call, and no other thread may come between.
_lock = threading.Lock()
_latest = threading.local()


def _encoder(ensure_ascii):
    """Returns what formats a value as JSON. In C: what is in Python needs what is built in, which a program can change."""
    encoder = json.JSONEncoder(ensure_ascii=ensure_ascii, allow_nan=False, separators=(",", ":"))
    make = json.encoder.c_make_encoder
    if make is None:
        return encoder.encode
    escape = json.encoder.encode_basestring_ascii if ensure_ascii else json.encoder.encode_basestring
    chunks = make({}, encoder.default, escape, None, ":", ",", False, False, False)
    return lambda value: "".join(chunks(value, 0))


_encode, _encode_ascii = _encoder(False), _encoder(True)


def now():
    """Returns the time in ms. It never goes back within a process, and all processes of a machine agree on it."""
    return (_ORIGIN_NS + _monotonic_ns()) / 1e6


def emit(report, t=None):
    """Sends a report, stamped with `t`, and returns it as sent: if the line is too long, its text is cut."""
    at = round(now() if t is None else t, 4)
    line = _line(report, at)
    while len(line) > LINE_BYTES:
        report = _shorten(report, len(line))
        line = _line(report, at)
    with _lock:
        _write_all(line)
    _latest.report = report
    return report


def renew():
    """Makes a process that was forked independent of what the threads of the other were about to write."""
    global _lock
    _lock = threading.Lock()


def latest_report():
    """Returns the report that this thread has sent last; None if it has sent none."""
    return getattr(_latest, "report", None)


def _line(report, t):
    stamped = {"t": t, "report": report}
    # The newline in front makes it a line of its own even if the program wrote an unfinished one to the same pipe.
    try:
        return f"\n{_encode(stamped)}\n".encode()
    except UnicodeEncodeError:
        return f"\n{_encode_ascii(stamped)}\n".encode()


def _write_all(line):
    while line:
        try:
            line = line[_write(1, line) :]
        except BlockingIOError:
            _sleep(0.001)
        except OSError:
            # The server is gone, or the program has closed the pipe.
            _say(b"The program has closed its standard output, by which its run is reported.\n")
            _exit(1)


def _say(text):
    """Writes to the console by another way than reports take, if that is still there."""
    try:
        _write(2, text)
    except OSError:
        pass


def _shorten(report, size):
    if "evidence" in report:
        return {**report, "evidence": _shorten(report["evidence"], size)}
    for name in "text", "error":
        text = report.get(name)
        if text:
            keep = min(len(text) - 2, len(text) * (LINE_BYTES - 200) // size)
            return {**report, name: text[: max(0, keep)] + "…"}
    raise ValueError(f"A report of {size} bytes is too long.")


def orders():
    """Yields the server's orders, until it closes the pipe."""
    with open(0, "rb", closefd=False) as lines:
        for line in lines:
            yield _scan(line.decode(), 0)[0]
