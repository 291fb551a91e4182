/** Attacks in Python by scripts, which may start processes by themselves. */
import type { Attack, Seen } from '../attack.ts';

/** A script that has `os.fork`, and the modes of the request do not matter to. */
const script = (name: string, code: string, more: Partial<Attack>): Attack => ({
  name: `${name}, in a script in Python`,
  language: 'python',
  modes: ['processes'],
  ends: ['completed', 'failed', 'timed-out'],
  code: `import os, signal, sys, time\n${code.trim()}\n`,
  ...more,
});

const LIMIT = /^Stopped at the time limit\./;
/** Whether a line was taken for one of a lane that there is not: as the text of an unreadable line, it is only text. */
const hasForged = ({ events }: Seen) =>
  events.some((event) => event.type === 'log' && event.text === 'FORGED');

export const PYTHON_FORKS: Attack[] = [
  script('forks without end', 'while True:\n    try: os.fork()\n    except OSError: pass', {
    ends: ['timed-out', 'failed'],
    says: /time limit|at most 1000|MiB of memory/,
  }),
  script(
    'forks past what is watched, without end',
    'import ctypes\nwhile True: ctypes.CDLL(None).fork()\nos.fork()',
    { ends: ['timed-out', 'failed'], says: /time limit|MiB of memory/ },
  ),
  script(
    'takes memory in many processes',
    'for i in range(30):\n    if os.fork() == 0:\n        taken = bytearray(b"x" * (64 << 20))\n        time.sleep(60)\ntime.sleep(60)',
    { ends: ['failed'], says: /The script with its processes took \d+ MiB of memory/, sample: true },
  ),
  script(
    'takes memory in what its parent has left',
    'if os.fork() == 0:\n    for i in range(10):\n        if os.fork() == 0:\n            taken = bytearray(b"x" * (64 << 20))\n            time.sleep(60)\n    os._exit(0)\ntime.sleep(60)',
    { ends: ['failed'], says: /The script with its processes took \d+ MiB of memory/ },
  ),
  script(
    'takes memory from a thread’s process',
    'import threading\ndef f():\n    if os.fork() == 0:\n        taken = bytearray(b"x" * (480 << 20))\n        time.sleep(60)\n    time.sleep(60)\nthreading.Thread(target=f).start()',
    { ends: ['failed'], says: /The script with its processes took \d+ MiB of memory|MemoryError/ },
  ),
  script(
    'fills pairs of sockets in many processes',
    'import socket\nfor i in range(60):\n    if os.fork() == 0: break\nall = []\ntry:\n    while True:\n        all.append(socket.socketpair())\n        for one in all[-1]:\n            one.setblocking(False)\n            try:\n                while True: one.send(b"x" * 65536)\n            except BlockingIOError: pass\nexcept OSError: time.sleep(60)',
    { ends: ['failed'], says: /The script with its processes took \d+ MiB of memory/ },
  ),
  script(
    'stops itself and its processes',
    'for i in range(3):\n    if os.fork() == 0:\n        os.kill(os.getpid(), signal.SIGSTOP)\nos.kill(os.getpid(), signal.SIGSTOP)',
    { ends: ['timed-out'] },
  ),
  script(
    'has all its processes ignore signals',
    'for sign in signal.SIGTERM, signal.SIGINT, signal.SIGHUP: signal.signal(sign, signal.SIG_IGN)\nfor i in range(5):\n    if os.fork() == 0: break\nwhile True: pass',
    { ends: ['timed-out'], says: LIMIT },
  ),
  script(
    'kills whatever it can',
    'for i in range(3):\n    if os.fork() == 0: time.sleep(60)\nfor pid in [1, os.getppid(), *range(4, 9), -1]:\n    if pid != os.getpid():\n        try: os.kill(pid, 9)\n        except OSError: pass\nprint("alive")\ntime.sleep(0.1)\nos.kill(os.getpid(), 9)',
    { ends: ['failed'], says: /^alive$/ },
  ),
  script(
    'leaves daemons behind',
    'for i in range(4):\n    if os.fork() == 0:\n        try: os.setsid()\n        except OSError as error: print("refused: setsid")\n        if os.fork() == 0:\n            while True: time.sleep(1)\n        os._exit(0)\ntime.sleep(0.3)',
    { ends: ['completed'], refusals: 4 },
  ),
  script(
    'forges facts in many processes',
    `
import json
def say(report): os.write(1, b"\\n" + json.dumps({"t": time.time() * 1000, "report": report}).encode() + b"\\n")
for i in range(4):
    if os.fork() == 0: break
for lane in range(0, 1001, 7):
    say({"type": "start-job", "job": lane})
    say({"type": "open-lane", "lane": lane, "job": lane, "daemon": False})
    say({"type": "lane-started", "lane": lane, "kind": "process", "name": "FORGED", "job": lane, "pid": -lane, "threadId": 0, "parentPid": 77, "daemon": False})
    say({"type": "lane-ended", "lane": lane, "reason": "killed", "exitCode": 3, "signal": "<script>"})
    say({"type": "job-ended", "lane": lane, "job": lane, "status": "cut-off", "error": "FORGED"})
    say({"type": "log", "lane": 2000 + lane, "job": None, "stream": "stdout", "text": "FORGED"})
    say({"type": "ask", "ask": {"what": "get", "id": lane, "job": None}})
print("told")
`,
    {
      ends: ['completed', 'failed'],
      says: /^told$/,
      sample: true,
      check: (seen) => {
        if (hasForged(seen)) return 'It forged a line.';
        const lanes = seen.events.filter((event) => event.type === 'lane-started');
        return lanes.some(({ pid }) => pid < 1) ? 'There is a process without a number.' : null;
      },
    },
  ),
  script(
    'floods the pipe from many processes',
    'for i in range(6):\n    if os.fork() == 0: break\nwhile True: os.write(1, b"x" * 5000 + b"\\n{\\"t\\":1,")',
    { ends: ['failed', 'timed-out'], says: /wrote|time limit/ },
  ),
  script(
    'ends its main while others write',
    'for i in range(6):\n    if os.fork() == 0:\n        while True: print("x" * 50)\ntime.sleep(0.2)',
    { ends: ['completed', 'failed'] },
  ),
  script(
    'makes locks and queues without end',
    'from multiprocessing import Process, Queue, Semaphore\nall = []\nwhile True: all += [Queue(), Semaphore(100000)]',
    { ends: ['failed'], says: /Too many open files/ },
  ),
  script(
    'starts a pool in each process of a pool',
    'from concurrent.futures import ProcessPoolExecutor\ndef f(n):\n    with ProcessPoolExecutor(20) as pool: list(pool.map(f, range(20)))\nf(0)',
    {},
  ),
  script(
    'writes files, and shares memory',
    `
import mmap, multiprocessing, tempfile
from multiprocessing import shared_memory
def attempt(what, step):
    try:
        step()
        print("done: " + what)
    except BaseException as error:
        print("refused: " + what)
for folder in "/tmp/", "/dev/shm/", "/program/", "/":
    attempt("open " + folder, lambda: open(folder + "x", "w"))
    attempt("mkdir " + folder, lambda: os.mkdir(folder + "x"))
attempt("tempfile", lambda: tempfile.TemporaryFile())
attempt("memfd", lambda: os.memfd_create("a"))
attempt("mmap", lambda: mmap.mmap(-1, 4096))
attempt("shared_memory", lambda: shared_memory.SharedMemory(create=True, size=4096))
attempt("Array", lambda: multiprocessing.Array("b", 2 << 20))
for path in "/program/program.py", "/program/python/wire.py", "/runtime/prlimit":
    attempt("open to change " + path, lambda: os.open(path, os.O_RDWR))
shared = os.open("/program/shared", os.O_RDWR)
attempt("make it longer", lambda: os.lseek(shared, 0, 2) and os.write(shared, b"x" * 4096))
attempt("write it", lambda: os.write(shared, b"x") or os.lseek(shared, 0, 0))
for call in "ftruncate", "truncate", "posix_fallocate":
    attempt(call, lambda: getattr(os, call)(shared, *([0] if call == "posix_fallocate" else []), 2 << 20))
attempt("link", lambda: os.link("/program/shared", "/tmp/linked"))
attempt("remove", lambda: os.remove("/program/shared"))
attempt("chmod", lambda: os.chmod("/program/shared", 0o777))
attempt("private copy, shared", lambda: mmap.mmap(-1, 4096, mmap.MAP_SHARED))
attempt("exec", lambda: os.execv("/bin/sh", ["sh"]))
attempt("setpgid", lambda: os.setpgid(0, 0))
attempt("setsid", lambda: os.setsid())
attempt("unshare", lambda: os.unshare(os.CLONE_NEWUSER) if hasattr(os, "unshare") else 1 / 0)
if os.fork() == 0: os._exit(0)
`,
    { ends: ['completed'], refusals: 29, sample: true },
  ),
  script(
    'touches what is past the end of the shared file',
    'import mmap, ctypes\nif os.fork() == 0: os._exit(0)\nfile = os.open("/program/shared", os.O_RDWR)\nlibrary = ctypes.CDLL(None)\nlibrary.mmap.restype = ctypes.c_void_p\nat = library.mmap(None, 1 << 30, 3, 1, file, 0)\nctypes.memset(at, 1, 1 << 30)',
    { ends: ['failed'], says: /SIGBUS/ },
  ),
  script(
    'starts another Python, which is not watched',
    'import subprocess, multiprocessing\nprint(subprocess.run([sys.executable, "-I", "-S", "-c", "import time; x = bytearray(b\'x\' * (600 << 20)); time.sleep(60)"]))\nos.fork()',
    { ends: ['failed', 'completed'], says: /MiB of memory|PermissionError|MemoryError|returncode/ },
  ),
];
