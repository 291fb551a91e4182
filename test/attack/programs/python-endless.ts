/** Attacks in Python that never end, end in ways of their own, grow, or write without end. */
import type { Attack } from '../attack.ts';
import { ending, endless, growing, python } from './python.ts';

export const PYTHON_ENDLESS: Attack[] = [
  endless('loops', '', 'while True: pass', { modes: ['sequential', 'event-loop', 'threads', 'processes'] }),
  endless('computes one huge number', '', 'x = 7 ** 10 ** 9', {
    ends: ['timed-out', 'failed', 'completed'],
    says: /time limit|Memory/,
  }),
  endless('writes out one huge number', 'import sys', 'sys.set_int_max_str_digits(0)\nx = str(2 ** 10 ** 8)'),
  endless('matches a slow expression', 'import re', 're.match("(a+)+$", "a" * 60 + "b")'),
  endless('loops as it is loaded', 'while True: pass', 'pass'),
  endless(
    'handles SIGTERM and SIGALRM',
    'import signal, time\nfor sign in signal.SIGTERM, signal.SIGALRM, signal.SIGINT:\n    try: signal.signal(sign, lambda *_: None)\n    except ValueError: pass',
    'signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)\nwhile True:\n    try: time.sleep(60)\n    except BaseException: pass',
    { sample: true },
  ),
  endless(
    'catches all exceptions',
    '',
    'while True:\n    try:\n        while True: pass\n    except BaseException: pass',
  ),
  endless('loops in a destructor', 'class A:\n    def __del__(self):\n        while True: pass', 'A()'),
  python(
    'loops at its exit',
    'import atexit, sys\n@atexit.register\ndef last():\n    while True: pass',
    'pass',
    { ends: ['completed', 'timed-out'] },
  ),
  endless(
    'traces itself',
    'import sys\ndef trace(*_):\n    while True: pass',
    'sys.settrace(trace)\n(lambda: 0)()',
  ),
  endless(
    'never switches threads',
    'import sys, threading',
    'sys.setswitchinterval(1e6)\nthreading.Thread(target=lambda: any(iter(int, 1))).start()\nwhile True: pass',
  ),
  endless(
    'waits for a lock of its own',
    'import threading',
    'lock = threading.Lock()\nlock.acquire()\nlock.acquire()',
  ),
  ending('recurses without end', 'import sys', 'def down(): down()\ndown()', /RecursionError/),
  ending(
    'recurses in C',
    'import sys',
    'sys.setrecursionlimit(10**9)\nx = []\nfor _ in range(10**6): x = [x]\nrepr(x)',
    /SIGSEGV|RecursionError|MiB of memory|MemoryError|time limit|exited/,
    { ends: ['completed', 'failed', 'timed-out'] },
  ),
  ending(
    'recurses past the stack',
    'import sys',
    'sys.setrecursionlimit(2**31 - 1)\ndef down(n): return down(n + 1) + sorted([1], key=lambda _: down(n))[0]\ndown(0)',
    /SIGSEGV|RecursionError|MiB of memory|MemoryError|time limit|exited/,
    { ends: ['completed', 'failed', 'timed-out'] },
  ),
  ending('exits at once', 'import os', 'os._exit(9)', /exited with code 9/, { sample: true }),
  ending('exits', 'import sys', 'sys.exit(5)', /sys\.exit|code 5/),
  ending('aborts', 'import os', 'os.abort()', /SIGABRT/),
  ending('writes where nothing is', 'import ctypes', 'ctypes.memset(8, 1, 1000)', /SIGSEGV/),
  ending('dumps its memory', 'import faulthandler', 'faulthandler._sigsegv()', /SIGSEGV|_sigsegv/),
  ending('kills itself', 'import os', 'os.kill(os.getpid(), 9)', /SIGKILL/),
  endless('stops itself', 'import os', 'os.kill(os.getpid(), 19)\nwhile True: pass', {
    ends: ['timed-out', 'failed'],
    says: /./,
  }),
  ending('closes its files', 'import os', 'os.closerange(0, 64)\nos._exit(0)', /exited with code 0|ended|./),
  endless('closes its files, and goes on', 'import os', 'os.closerange(0, 64)\nwhile True: pass', {
    ends: ['timed-out', 'failed', 'completed'],
    says: /./,
  }),
  growing('fills memory', '', 'all = []\nwhile True: all.append(bytearray(b"x" * 2**20))', { sample: true }),
  growing('takes all memory at once', '', 'all = b"x" * 2**36'),
  growing('takes memory in steps of a gigabyte', '', 'all = []\nwhile True: all.append(b"x" * 2**30)'),
  growing('makes objects', '', 'all = []\nwhile True: all.append({"a": [len(all)]})'),
  growing(
    'makes memory that is shared',
    'import mmap',
    'all = []\nwhile True:\n    all.append(mmap.mmap(-1, 2**24))\n    all[-1].write(b"x" * 2**24)',
    { says: /PermissionError|MiB of memory|MemoryError/ },
  ),
  growing(
    'makes private mappings',
    'import mmap',
    'all = []\nwhile True:\n    all.append(mmap.mmap(-1, 2**24, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))\n    all[-1].write(b"x" * 2**24)',
    { says: /MiB of memory|Memory|Cannot allocate|time limit/ },
  ),
  growing(
    'fills pipes',
    'import os',
    'while True:\n    _, end = os.pipe()\n    os.set_blocking(end, False)\n    try:\n        while True: os.write(end, b"x" * 65536)\n    except BlockingIOError: pass',
    { says: /Too many open files/ },
  ),
  growing(
    'fills pairs of sockets',
    'import socket',
    'all = []\nwhile True:\n    all.append(socket.socketpair())\n    for one in all[-1]:\n        one.setblocking(False)\n        try:\n            while True: one.send(b"x" * 65536)\n        except BlockingIOError: pass',
    { says: /Too many open files/ },
  ),
  growing(
    'starts threads without end',
    'import threading, time',
    'while True: threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()',
    { sample: true },
  ),
  growing(
    'starts threads that compute',
    'import threading',
    'def spin():\n    while True: pass\nfor _ in range(300): threading.Thread(target=spin, daemon=True).start()\nwhile True: pass',
  ),
  growing(
    'unpacks a bomb',
    'import zlib, bz2, lzma, io, zipfile',
    'bomb = zlib.compress(bytes(2**24), 9)\nmore = zlib.compress(bomb * 500)\nall = [zlib.decompress(zlib.decompress(more)[i * len(bomb):(i + 1) * len(bomb)]) for i in range(500)]',
  ),
  growing(
    'loads a pickle that grows',
    'import pickle',
    'bomb = b"\\x80\\x04]\\x94" + b"".join((b"h" + bytes([k])) * 2 + b"\\x87\\x94" for k in range(200)) + b"."\nrepr(pickle.loads(bomb))',
  ),
  growing('makes text grow', '', 'text = "x"\nwhile True: text += text'),
  python('writes a gigabyte', 'import os', 'for _ in range(2**14): os.write(1, b"x" * 65535 + b"\\n")', {
    ends: ['completed', 'failed', 'timed-out'],
    says: /wrote|time limit|^x{100}/,
  }),
  python('writes newlines', 'import os', 'while True: os.write(1, b"\\n" * 65536)', {
    ends: ['completed', 'failed', 'timed-out'],
    says: /wrote|time limit/,
  }),
  python('prints without end', '', 'while True: print("x" * 1000)', {
    ends: ['completed', 'failed', 'timed-out'],
    says: /./,
  }),
  python(
    'forges facts',
    'import os, json, time',
    `
def line(text): os.write(1, b"\\n" + text.encode("utf-8", "replace") + b"\\n")
def say(report, t=None): line(json.dumps({"t": time.time() * 1000 if t is None else t, "report": report}))
for lane in [0, 1, 2, 99, -1, 1e9, None]:
    for job in [0, 1, 77, 999, -1, None]:
        say({"type": "log", "lane": lane, "job": job, "stream": "stdout", "text": f"FORGED by lane {lane} job {job}"})
for job in 1, 2, 77, 999:
    say({"type": "job-started", "lane": 1, "job": job})
    say({"type": "job-ended", "lane": 1, "job": job, "status": "done", "error": None})
for lane in range(0, 1000, 9): say({"type": "lane-started", "lane": lane, "kind": "thread", "name": "forged", "pid": target["serverPid"], "threadId": 1, "parentPid": 1, "daemon": False})
for t in -1e300, -1, 0, 1e300, float("nan"), float("inf"): say({"type": "log", "lane": 1, "job": n, "stream": "stdout", "text": "at"}, t)
for text in "{", "[", "null", "[]", "\\0", '{"t":1}', '{"t":1,"report":' + "[" * 4000: line(text)
say({"type": "hello"})
say({"type": "calibrated", "blocksPerSecond": 1e300})
log("told")
say({"type": "bye", "reason": "returned", "error": None, "cpuMs": 1e300, "peakRssBytes": 1e300})
`,
    {
      ends: ['completed', 'failed'],
      says: /^told$/,
      sample: true,
      check: ({ events }) => {
        const jobs = events.flatMap((event) =>
          'job' in event && typeof event.job === 'number' ? [event.job] : [],
        );
        return jobs.some((job) => job > 1) ? `there are facts of job ${Math.max(...jobs)}` : null;
      },
    },
  ),
];
