"""Does as probe-program.mjs: tries what a sandbox must refuse, and reports what was not refused. It is in the place of
Python's child side; what to try is in the place of the program, as JSON."""
import asyncio
import json
import os
import socket
import sys
import threading

with open("/program/program.py", encoding="utf-8") as about:
    given_to = json.load(about)
given = []


def attempt(what, action):
    """Tries something. It is refused if it raises an exception of the system."""
    try:
        action()
    except (OSError, ImportError, AttributeError):
        return
    given.append(what)


def connect(host, port):
    with socket.socket() as one:
        one.settimeout(2)
        try:
            one.connect((host, port))
        except TimeoutError:
            # Without an answer, the network was reached.
            pass


def fork():
    if os.fork() == 0:
        os._exit(0)


def ask_kernel(call, *args):
    """Asks the C library for something. Raises what it fails with."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, call)(*args) < 0:
        raise OSError(ctypes.get_errno(), call)


def see_others():
    """Sees processes, other than this one and the one that started it in the jail."""
    mine = {"1", str(os.getpid())}
    if all(name in mine for name in os.listdir("/proc") if name.isdigit()):
        raise OSError("There are none.")


# As in <linux/sched.h> and <linux/prctl.h>.
CLONE_NEWUSER = 0x10000000
PR_GET_SECCOMP = 21


async def wake():
    await asyncio.sleep(0)


# What every run needs.
thread = threading.Thread(target=lambda: None)
thread.start()
thread.join()
asyncio.run(wake())

attempt("read the server’s files", lambda: open(given_to["file"]).close())
attempt("read the system’s files", lambda: open("/etc/passwd").close())
attempt("write into its folder", lambda: open("/program/written", "w").close())
attempt("write into a temporary folder", lambda: open("/tmp/written", "w").close())
if given_to["port"] > 0:
    attempt("reach the server", lambda: connect("127.0.0.1", given_to["port"]))
# An address that is reserved for documentation.
attempt("reach other machines", lambda: connect("192.0.2.1", 9))
attempt("start processes", fork)
attempt("start processes from files", lambda: os.posix_spawn(sys.executable, [sys.executable, "-V"], {}))
attempt("see other processes", see_others)
attempt("make namespaces", lambda: ask_kernel("unshare", CLONE_NEWUSER))
attempt("debug", lambda: ask_kernel("ptrace", 0, 0, 0, 0))
attempt("make any system call", lambda: ask_kernel("prctl", PR_GET_SECCOMP, 0, 0, 0, 0))
version = ".".join(map(str, sys.version_info[:3]))
print(json.dumps({"given": given, "versions": {"python": version}}), flush=True)
os._exit(0)
