"""A program's `check`: it says whether a pass ended as it must. What lanes pass on to it, and how it runs."""
import json
from threading import Lock
from types import SimpleNamespace

from .lines import of
from .shown import describe
from .values import to_json

# The names of what a check is given.
GIVEN = {"shared", "logs", "results"}

# Most bytes of lines that a check is given, and what a line counts beside its text, as in protocol/evidence.ts.
_LINE_BYTES = 256 * 1024
_PER_LINE = 64


class Gathered:
    """What main gathers during a pass: lines and results of all lanes."""

    def __init__(self):
        self._mutex = Lock()
        self._logs = []
        self._results = {}
        self._bytes = 0

    @property
    def is_cut(self):
        """Whether lines were left out."""
        return self._bytes > _LINE_BYTES

    def add(self, evidence):
        with self._mutex:
            if evidence["what"] == "result":
                self._results[evidence["job"]] = evidence["json"]
            elif not self.is_cut:
                self._bytes += len(evidence["text"].encode("utf-8", "replace")) + _PER_LINE
                if not self.is_cut:
                    self._logs.append({"job": evidence["job"], "text": evidence["text"]})

    def given(self, jobs, memory):
        """Returns what the check is given after a pass of so many jobs, with main's memory: copies."""
        results = [None] * max([jobs, *(job + 1 for job in self._results)])
        for job, text in self._results.items():
            results[job] = json.loads(text)
        with memory.lock:
            shared = SimpleNamespace(counter=memory.counter, list=[json.loads(text) for text in memory.values])
        return {"shared": shared, "logs": list(self._logs), "results": results}


def result_of(job, returned):
    """Returns what a job has returned, to be passed on; None if that is None. Raises if it cannot be copied."""
    return None if returned is None else {"what": "result", "job": job, "json": to_json(returned)}


def run_check(check, given):
    """Runs the check. Returns why it failed, and the line; None if it found nothing wrong. Raises only `SystemExit`."""
    try:
        if check(**given) is not False:
            return None
        return "AssertionError: check returned False", None
    except SystemExit:
        raise
    except BaseException as error:
        return describe(error), of(error)


def cut_words():
    """Says that a check is not given all lines."""
    return f"check is given only the first {_LINE_BYTES // 1024} KiB of what was logged."
