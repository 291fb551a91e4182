/** Programs in Python that somebody wrote, in the jail: what they can do, and what is refused. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyday } from '../everyday.ts';
import { type PlaygroundApp, QUICK } from '../playground-app.ts';
import { logsOf, ofType, playgroundAt, runCode, runtimesAt } from './sandboxed.ts';

const PYTHON = { runtime: 'python' };
/** What is to be refused, by what it is: an expression. */
const REFUSED = {
  'a file of the system': 'open("/etc/passwd")',
  'the project': `open(${JSON.stringify(path.resolve('package.json'))})`,
  'the server in /proc': `open("/proc/${process.pid}/environ")`,
  'the machine in /proc': 'open("/proc/self/mountinfo")',
  'a file of its own': 'open("/tmp/written", "w")',
  'its own program': 'open("/program/program.py", "a")',
  'the child side': 'open("/program/python/wire.py", "a")',
  'a socket': 'socket.socket()',
  'a name': 'socket.getaddrinfo("example.org", 80)',
  'a fork': 'os.fork()',
  'a process': 'subprocess.run([sys.executable, "-V"])',
  'a process of multiprocessing': 'multiprocessing.Process(target=print).start()',
  'a signal': `os.kill(${process.pid}, 0)`,
  'a namespace': 'ask("unshare", 0x10000000)',
  'a debugger': 'ask("ptrace", 0, 0, 0, 0)',
  io_uring: 'ask("syscall", 425, 1, 0)',
  'memory that is not seen': 'os.memfd_create("a")',
  'a package': '__import__("pip")',
  'all of the memory': 'len(b"x" * 2**33)',
};
const CODE = `import asyncio, ctypes, hashlib, multiprocessing, os, queue, socket, sqlite3, subprocess, sys, threading

def ask(call, *args):
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, call)(*args) < 0:
        raise OSError(ctypes.get_errno(), call)

async def later():
    return await asyncio.to_thread(lambda: "from another thread")

def job(n, api):
    for what, step in [
${Object.entries(REFUSED)
  .map(([what, step]) => `        (${JSON.stringify(what)}, lambda: ${step}),`)
  .join('\n')}
    ]:
        try:
            step()
            api.log(what + ": done")
        except Exception as error:
            api.log(what + ": refused")
    api.log(hashlib.sha256(b"x").hexdigest()[:8] + " " + sqlite3.connect(":memory:").execute("select 7").fetchone().__repr__())
    threading.Thread(target=lambda: api.log("from a thread of its own")).start()
    api.log(asyncio.run(later()))
    api.log(repr([sys.executable, sys.path, sys.argv, os.getcwd(), sorted(os.environ), __file__ if "__file__" in globals() else ""]))
`;

const isOffered = (await runtimesAt('jail')).includes('python');

describe.skipIf(!isOffered)(`Python in the jail${isOffered ? '' : ' (not here)'}`, () => {
  let app: PlaygroundApp;
  beforeAll(async () => {
    app = await playgroundAt('jail');
  });
  afterAll(() => app.close());

  it('what a program lacks is said in words for its author', async () => {
    const ways = {
      'http.client.HTTPConnection("192.0.2.1").request("GET", "/")': 'network',
      'socket.create_connection(("192.0.2.1", 80), 1)': 'network',
      'asyncio.run(asyncio.open_connection("192.0.2.1", 80))': 'network',
      'smtplib.SMTP("192.0.2.1")': 'network',
      'urllib.request.urlopen("http://192.0.2.1")': 'network',
      'multiprocessing.Lock()': 'other processes',
      'tempfile.TemporaryFile()': 'files',
      'sqlite3.connect("a.db")': 'files',
    };
    const code = `import asyncio, http.client, multiprocessing, smtplib, socket, sqlite3, tempfile, urllib.request
def job(n, api):
    [${Object.keys(ways).map((way) => `lambda: ${way}`)}][n]()
`;
    const jobs = Object.keys(ways).length;
    const events = await runCode(app, code, { ...PYTHON, jobs, modes: ['sequential'] });
    const errors = ofType(events, 'job-ended').map(
      ({ error }) => /a program has no ([a-z ]+) here/.exec(error ?? '')?.[1],
    );
    expect(errors).toEqual(Object.values(ways));
  });

  it.for(everyday(['threads', 'processes', 'sequential'], 3))(
    'in %s: what would reach beyond it is refused, and what a program needs is not',
    async (mode) => {
      const events = await runCode(app, CODE, { ...PYTHON, modes: [mode] });
      const logs = logsOf(events);
      const seen = logs.pop() ?? '';
      expect(logs.slice(0, -3)).toEqual(Object.keys(REFUSED).map((what) => `${what}: refused`));
      expect(logs.slice(-3).toSorted()).toEqual([
        '2d711642 (7,)',
        'from a thread of its own',
        'from another thread',
      ]);
      expect(seen).toContain('/runtime/bin/python3');
      for (const folder of [path.resolve('.'), app.folder, 'sandbox', 'places'])
        expect(seen).not.toContain(folder);
      expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
    },
  );

  it('in processes: lanes have the numbers that the system shows, and nothing is left of a cancelled run', async () => {
    const code = 'def job(n, api):\n    api.log(str(api.lane.pid))\n    api.sleep(3600)\n';
    const id = await app.start({ ...QUICK, ...PYTHON, code, modes: ['processes'] });
    const logged = await app.until(id, ({ type }) => type === 'log');
    const pid = logged.type === 'log' ? Number(logged.text) : 0;
    expect(fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('entry.py');
    expect(fs.readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/Seccomp:\t2/);
    await app.playground.runs.cancel(id);
    const events = await app.events(id);
    const pids = events.flatMap((event) => (event.type === 'lane-started' ? [event.pid] : []));
    expect(pids[1]).toBe(pid);
    for (const one of pids) expect(fs.existsSync(`/proc/${one}`)).toBe(false);
  });

  it('a process that takes too much memory bit by bit is killed, and its run says so', async () => {
    const code = 'def job(n, api):\n    all = []\n    while True:\n        all.append(b"x" * 2**20)\n';
    const events = await runCode(app, code, { ...PYTHON, modes: ['processes'] });
    expect(JSON.stringify(events)).toMatch(/Job 0: its process .* MiB/);
  });
});
