/** Attacks in Python on what is around it. It has no permissions of its own: the jail and its filter must hold. */
import type { Attack } from '../attack.ts';
import { ending, python } from './python.ts';

/** Calls the C library, past all that Python checks. */
const KERNEL = `import ctypes, os
library = ctypes.CDLL(None, use_errno=True)
def ask(call, *args):
    if getattr(library, call)(*args) < 0:
        raise OSError(ctypes.get_errno(), call)
    return "allowed"
`;

export const PYTHON_REACH: Attack[] = [
  python(
    'reads files and the environment',
    'import os, glob',
    `
for path in [target["secretFile"], target["database"], target["otherProgram"], target["project"] + "/package.json", "/etc/passwd", "/etc/hostname", "/root/.bashrc", f"/proc/{target['serverPid']}/environ", "/proc/self/mountinfo", "/proc/1/cmdline", "/proc/version", "/dev/mem", "/dev/vda", "/sys/kernel/version"]:
    attempt(log, "open " + path, lambda: open(path, "rb").read(1000))
    attempt(log, "os.open " + path, lambda: os.read(os.open(path, os.O_RDONLY), 1000))
for path in [target["dataFolder"], target["project"], "/etc", "/proc", "/home", "/dev", "/tmp/../../root"]:
    attempt(log, "listdir " + path, lambda: os.listdir(path))
attempt(log, "chroot", lambda: os.chroot("/tmp"))
attempt(log, "leave by a folder", lambda: [os.chdir("..") for _ in range(99)] and open("etc/passwd"))
for fd in range(3, 64):
    attempt(log, f"file {fd}", lambda: os.read(fd, 1000))
peek(log, "all", lambda: glob.glob("/*") + glob.glob("/runtime/*") + glob.glob("/program/*"))
peek(log, "environment", lambda: dict(os.environ))
`,
    { refusals: 90, sample: true },
  ),
  python(
    'writes files',
    'import os, tempfile, shelve, sqlite3, logging',
    `
for folder in [os.path.dirname(__file__) if "__file__" in globals() else "/program", "/tmp", "/runtime/lib", "/", "/dev/shm", target["dataFolder"]]:
    path = folder + "/" + target["mark"]
    for mode in "w", "a", "x":
        attempt(log, f"open {path} {mode}", lambda: open(path, mode))
    attempt(log, "mkdir " + path, lambda: os.mkdir(path))
    attempt(log, "symlink " + path, lambda: os.symlink("/", path))
    attempt(log, "fifo " + path, lambda: os.mkfifo(path))
    attempt(log, "sqlite " + path, lambda: sqlite3.connect(path).execute("create table a(b)"))
for path in ["/program/program.py", "/program/python/entry.py", "/program/python/wire.py", "/runtime/lib", target["database"]]:
    attempt(log, "append " + path, lambda: open(path, "a"))
    attempt(log, "remove " + path, lambda: os.remove(path))
    attempt(log, "rename " + path, lambda: os.rename(path, path + "x"))
    attempt(log, "chmod " + path, lambda: os.chmod(path, 0o777))
    attempt(log, "truncate " + path, lambda: os.truncate(path, 0))
attempt(log, "tempfile", lambda: tempfile.TemporaryFile())
attempt(log, "memfd", lambda: os.memfd_create("a"))
attempt(log, "reopen", lambda: os.open("/proc/self/fd/0", os.O_RDWR))
attempt(log, "logging", lambda: logging.FileHandler("/tmp/" + target["mark"]))
`,
    { refusals: 60 },
  ),
  python(
    'uses sockets',
    'import socket, urllib.request, asyncio, ssl',
    `
for family in range(0, 46):
    for kind in 1, 2, 3, 5:
        attempt(log, f"socket {family} {kind}", lambda: socket.socket(family, kind))
for family in 2, 10, 16, 17, 40:
    attempt(log, f"pair {family}", lambda: socket.socketpair(family))
attempt(log, "a pair of datagrams", lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
for port in target["serverPort"], target["listenerPort"]:
    attempt(log, "connect", lambda: socket.create_connection(("127.0.0.1", port), 1))
    attempt(log, "urlopen", lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1))
    attempt(log, "asyncio", lambda: asyncio.new_event_loop().run_until_complete(asyncio.open_connection("127.0.0.1", port)))
attempt(log, "dns", lambda: socket.getaddrinfo("example.com", 80))
one, other = socket.socketpair()
attempt(log, "bind", lambda: one.bind("\\0" + target["mark"]))
attempt(log, "connect a pair", lambda: one.connect(target["dataFolder"] + "/server.sock"))
attempt(log, "send a file", lambda: socket.send_fds(one, [b"x"], [0]))
attempt(log, "options", lambda: one.setsockopt(socket.SOL_SOCKET, 32, 2**30))
`,
    { refusals: 190, sample: true, spec: { jobs: 1 } },
  ),
  python(
    'starts processes',
    'import os, subprocess, multiprocessing, pty, sys, concurrent.futures as futures',
    `
attempt(log, "fork", os.fork)
attempt(log, "forkpty", os.forkpty)
attempt(log, "pty", lambda: pty.fork())
attempt(log, "system", lambda: (os.system("id") == 0) or 1 / 0)
attempt(log, "popen", lambda: os.popen("id").read())
attempt(log, "posix_spawn", lambda: os.posix_spawn(sys.executable, [sys.executable, "-V"], {}))
for file in "/bin/sh", sys.executable, "/runtime/prlimit", "/lib64/ld-linux-x86-64.so.2":
    attempt(log, "run " + file, lambda: subprocess.run([file, "--version"]))
for kind in "fork", "spawn", "forkserver":
    attempt(log, "multiprocessing " + kind, lambda: multiprocessing.get_context(kind).Process(target=print).start())
attempt(log, "a pool", lambda: multiprocessing.Pool(1))
attempt(log, "an executor", lambda: futures.ProcessPoolExecutor(1).submit(print).result(1))
for file in "/bin/sh", "/bin/id", "/program/program.py":
    attempt(log, "exec " + file, lambda: os.execv(file, [file]))
`,
    { refusals: 17, sample: true },
  ),
  python(
    'replaces its process by another',
    'import os, sys',
    `os.execv(sys.executable, [sys.executable, "-c", "import os; os.write(1, b'replaced\\\\n'); os.fork()"])`,
    { ends: ['completed', 'failed'], says: /PermissionError|exited with code|ended/ },
  ),
  python(
    'asks the kernel past Python',
    KERNEL,
    `
for flags in 0x10000000, 0x20000000, 0x40000000, 0x20000, 0x08000000, 0x04000000, 0x02000000:
    attempt(log, f"unshare {flags:x}", lambda: ask("unshare", flags))
    attempt(log, f"clone {flags:x}", lambda: ask("syscall", 56, flags | 17, 0, 0, 0, 0))
attempt(log, "clone as vfork", lambda: ask("syscall", 56, 0x4100 | 17, 0, 0, 0, 0))
attempt(log, "ptrace", lambda: ask("ptrace", 0, 0, 0, 0))
attempt(log, "ptrace attach", lambda: ask("ptrace", 16, 1, 0, 0))
attempt(log, "mount", lambda: ask("mount", b"proc", b"/tmp", b"proc", 0, 0))
attempt(log, "remount", lambda: ask("mount", b"none", b"/", b"", 0x20, 0))
attempt(log, "umount", lambda: ask("umount2", b"/program", 2))
attempt(log, "socket", lambda: ask("socket", 1, 1, 0))
attempt(log, "hide", lambda: ask("prctl", 4, 0, 0, 0, 0))
attempt(log, "outlive", lambda: ask("prctl", 1, 0, 0, 0, 0))
attempt(log, "another filter", lambda: ask("prctl", 22, 2, 0, 0, 0))
attempt(log, "shared memory", lambda: ask("shmget", 0, 2**30, 0o1777))
attempt(log, "a key", lambda: ask("syscall", 250, 1, 0, 0, 0, 0))
for number in [57, 58, 101, 165, 175, 246, 248, 250, 272, 298, 304, 308, 310, 311, 313, 317, 319, 321, 322, 323, 425, 426, 427, 428, 429, 430, 434, 435, 438, 442, 447, 448, 460, 1000, 0x40000000 - 1]:
    attempt(log, f"call {number}", lambda: ask("syscall", number, 0, 0, 0, 0, 0, 0))
attempt(log, "a larger pipe", lambda: ask("fcntl", os.pipe()[1], 1031, 2**20))
attempt(log, "a terminal’s input", lambda: ask("ioctl", 0, 0x5412, b"x"))
`,
    { refusals: 60, sample: true },
  ),
  ending('uses the short system calls', KERNEL, 'ask("syscall", 0x40000000 | 39)', /SIGSYS|exited/),
  python(
    'raises its limits',
    'import resource, os',
    `
for name in "CPU", "FSIZE", "NOFILE", "NPROC", "DATA", "CORE":
    kind = getattr(resource, "RLIMIT_" + name)
    hard = resource.getrlimit(kind)[1]
    attempt(log, name, lambda: resource.setrlimit(kind, (hard + 1, hard + 1)))
    attempt(log, name + " to infinity", lambda: resource.setrlimit(kind, (-1, -1)))
attempt(log, "nice", lambda: os.nice(-5))
attempt(log, "priority", lambda: os.setpriority(os.PRIO_PROCESS, 0, -5))
attempt(log, "real time", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
attempt(log, "root", lambda: os.setuid(0))
attempt(log, "groups", lambda: os.setgroups([0]))
attempt(log, "core", lambda: open("/proc/self/oom_score_adj", "w"))
`,
    { refusals: 18, sample: true },
  ),
  python(
    'signals other processes',
    'import os, signal',
    `
for pid in target["victimPid"], target["serverPid"], 1000, 99999:
    for sign in signal.SIGKILL, signal.SIGSTOP, 0:
        attempt(log, f"kill {pid} {sign}", lambda: os.kill(pid, sign))
    attempt(log, f"pidfd {pid}", lambda: os.pidfd_open(pid))
    attempt(log, f"group {pid}", lambda: os.killpg(pid, 9))
for sign in signal.SIGKILL, signal.SIGSTOP:
    os.kill(1, sign)
attempt(log, "kill all", lambda: os.kill(-1, 9))
log("alive")
`,
    { refusals: 20, says: /^alive$/ },
  ),
  python(
    'imports what is not the standard library',
    'import sys',
    `
for name in "numpy", "pip", "setuptools", "yaml", "site_packages", "server", "app":
    attempt(log, "import " + name, lambda: __import__(name))
sys.path += [target["project"], target["dataFolder"], "/usr/lib/python3/dist-packages", "/runtime/lib/python3.11/site-packages"]
for name in "numpy", "pip", "setuptools", "yaml":
    attempt(log, "import from elsewhere " + name, lambda: __import__(name))
peek(log, "modules", lambda: sorted(sys.modules)[:200])
peek(log, "paths", lambda: [sys.executable, sys.prefix, sys.path, sys.argv, sys.flags])
`,
    { refusals: 11 },
  ),
  python(
    'reaches into what runs it',
    'import gc, sys, types, inspect',
    `
peek(log, "frames", lambda: [frame.filename for frame in inspect.stack()])
for one in gc.get_objects():
    if isinstance(one, types.ModuleType) and one.__name__.startswith("python."):
        for name, value in list(vars(one).items()):
            if isinstance(value, types.FunctionType):
                setattr(one, name, lambda *args, **more: None)
    elif isinstance(one, dict) and "settings" in one:
        try:
            one["settings"] = None
        except Exception:
            pass
sys.modules.clear()
gc.collect()
log("still here")
`,
    { ends: ['completed', 'failed', 'timed-out'], says: /./ },
  ),
  ending(
    'loads a pickle that executes',
    'import pickle, os\nclass Bomb:\n    def __reduce__(self):\n        return os._exit, (7,)',
    'pickle.loads(pickle.dumps(Bomb()))',
    /exited with code 7/,
  ),
];
