/** Attacks that reach for what is not theirs: files, the network, other processes, native code. */
import type { Attack } from '../attack.ts';

export const REACH: Attack[] = [
  {
    name: 'reads files',
    ends: ['completed'],
    refusals: 40,
    sample: true,
    code: `// Read everything
import fs from 'node:fs';
import fsp from 'node:fs/promises';
declare const Deno: any;
export async function job(_n: number, { log }: { log: Log }) {
  const here = new URL('.', import.meta.url).pathname;
  const paths = [
    '/etc/passwd', target.secretFile, target.database, target.otherProgram, target.project + '/package.json',
    here + '../' + target.otherProgram.split('/').slice(-2).join('/'), here + '../../secret', here + '/../../../../../../../etc/passwd',
    '/proc/' + target.serverPid + '/environ', '/proc/' + target.serverPid + '/cmdline', '/proc/' + target.serverPid + '/mem',
    '/proc/' + target.victimPid + '/cmdline', '/proc/1/environ', '/proc/self/environ', '/proc/self/mem', '/proc/self/maps', '/proc/self/root/etc/passwd',
    '/proc/self/cwd/../../etc/passwd', '/proc/thread-self/environ', '/dev/mem', '/sys/kernel/notes', '/root/.ssh/id_rsa', '/etc/shadow',
  ];
  for (const path of paths) {
    await attempt(log, 'readFileSync ' + path, () => fs.readFileSync(path, 'latin1').length && fs.readFileSync(path, 'latin1'));
    await attempt(log, 'readFile ' + path, () => fsp.readFile(path, 'utf8'));
    if (typeof Deno === 'object') await attempt(log, 'Deno.open ' + path, () => Deno.openSync(path));
  }
  const listed = [target.dataFolder, here + '..', '/', '/proc', '/etc', '/tmp', '/home', '/root'];
  for (const folder of listed) await peek(log, 'readdir ' + folder, () => fs.readdirSync(folder).join(' '));
  await attempt(log, 'a stream', () => new Promise((yes, no) => fs.createReadStream(target.secretFile).on('data', yes).on('error', no)));
  await attempt(log, 'fetch of a file', async () => (await fetch('file://' + target.secretFile)).text());
  await attempt(log, 'openAsBlob', async () => (await fs.openAsBlob(target.secretFile)).text());
  await attempt(log, 'copyFile', () => fs.copyFileSync(target.secretFile, here + 'copy'));
  await attempt(log, 'a link', () => fs.symlinkSync('/etc', here + 'etc'));
  await attempt(log, 'a hard link', () => fs.linkSync(target.secretFile, here + 'hard'));
  await attempt(log, 'watch', () => new Promise((yes, no) => fs.watch(target.secretFile, yes).on('error', no)));
  for (const fd of [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) await peek(log, 'file ' + fd, () => { const some = Buffer.alloc(1000); return some.toString('latin1', 0, fs.readSync(fd, some, 0, 1000, 0)); });
}
`,
  },
  {
    name: 'reads the environment',
    ends: ['completed'],
    code: `// Secrets
import os from 'node:os';
import process from 'node:process';
declare const Deno: any;
export async function job(_n: number, { log }: { log: Log }) {
  await peek(log, 'process.env', () => ({ ...process.env }));
  await peek(log, 'Deno.env', () => Deno.env.toObject());
  for (const name of ['CANARY', 'HOME', 'PATH', 'DATA_DIR', 'USER', 'DENO_DIR']) {
    await peek(log, name, () => process.env[name]);
    await peek(log, 'Deno ' + name, () => Deno.env.get(name));
  }
  await peek(log, 'report', () => JSON.stringify((process.report as any).getReport().environmentVariables));
  await peek(log, 'host', () => [os.hostname(), os.userInfo(), os.homedir(), os.networkInterfaces()]);
  await peek(log, 'paths', () => [process.cwd(), process.execPath, import.meta.url, process.argv, process.execArgv]);
}
`,
    check: ({ lines, runtime }) =>
      runtime === 'deno' &&
      lines.some((line) => /^seen: (HOME|PATH|USER|host)/.test(line) && !/: (undefined|null)$/.test(line))
        ? 'the environment is seen'
        : null,
  },
  {
    name: 'writes files',
    ends: ['completed'],
    refusals: 30,
    code: `// Write anywhere
import fs from 'node:fs';
import process from 'node:process';
declare const Deno: any;
declare const caches: any;
export async function job(_n: number, { log }: { log: Log }) {
  const here = new URL('.', import.meta.url).pathname;
  const folders = [here, '/tmp/', '/var/tmp/', '/dev/shm/', '/run/', '/', target.dataFolder + '/', target.project + '/', '/root/', process.cwd() + '/'];
  for (const folder of folders) {
    const path = folder + target.mark;
    await attempt(log, 'writeFile ' + path, () => fs.writeFileSync(path, 'x'));
    await attempt(log, 'mkdir ' + path, () => fs.mkdirSync(path + '-d'));
    await attempt(log, 'append ' + path, () => fs.appendFileSync(path, 'x'));
  }
  for (const path of [import.meta.filename ?? here + 'program.mjs', here + 'entry.mjs', target.database, target.otherProgram]) {
    await attempt(log, 'overwrite ' + path, () => fs.writeFileSync(path, 'x'));
    await attempt(log, 'truncate ' + path, () => fs.truncateSync(path));
    await attempt(log, 'remove ' + path, () => fs.rmSync(path));
    await attempt(log, 'chmod ' + path, () => fs.chmodSync(path, 0o777));
  }
  await attempt(log, 'Deno.makeTempFile', () => Deno.makeTempFileSync({ prefix: target.mark }));
  await attempt(log, 'localStorage', () => localStorage.setItem('note', target.mark));
  await attempt(log, 'caches', () => caches.open(target.mark));
  await attempt(log, 'Deno.openKv', () => Deno.openKv());
  await attempt(log, 'sqlite', async () => new (await import('node:sqlite')).DatabaseSync(here + target.mark + '.sqlite').exec('create table a(b)'));
  await peek(log, 'report', () => (process.report as any).writeReport('/tmp/' + target.mark + '.json'));
}
`,
    check: ({ lines }) => {
      const others = lines.filter((line) => /^done: (localStorage|caches|Deno.openKv)/.test(line));
      return others.length > 0 ? others.join(', ') : null;
    },
  },
  {
    name: 'uses the network',
    ends: ['completed'],
    refusals: 20,
    sample: true,
    code: `// Call home
import net from 'node:net';
import http from 'node:http';
import dgram from 'node:dgram';
import dns from 'node:dns';
declare const Deno: any;
declare const WebSocketStream: any;
declare const EventSource: any;
const connected = (socket: net.Socket) => new Promise((yes, no) => socket.on('connect', yes).on('error', no));
export async function job(_n: number, { log }: { log: Log }) {
  for (const port of [target.serverPort, target.listenerPort])
    for (const host of ['127.0.0.1', 'localhost', '::1', '0.0.0.0', '127.0.0.2', '::ffff:127.0.0.1']) {
      await attempt(log, 'connect ' + host, () => connected(net.connect({ port, host })));
      const base = host.includes(':') ? '[' + host + ']:' + port : host + ':' + port;
      await attempt(log, 'fetch ' + base, () => fetch('http://' + base + '/healthz'));
    }
  const at = '127.0.0.1:' + target.listenerPort;
  await attempt(log, 'http.get', () => new Promise((yes, no) => http.get('http://' + at, yes).on('error', no)));
  await attempt(log, 'outside', () => connected(net.connect({ port: 80, host: '192.0.2.1' })));
  await attempt(log, 'WebSocket', () => new Promise((yes, no) => { const one = new WebSocket('ws://' + at); one.onopen = yes; one.onerror = () => no(new Error('closed')); }));
  await attempt(log, 'udp', () => new Promise((yes, no) => { const one = dgram.createSocket('udp4').on('error', no); one.send('x', target.listenerPort, '127.0.0.1', (error) => (error ? no(error) : yes('sent'))); }));
  await attempt(log, 'dns.lookup', () => new Promise((yes, no) => dns.lookup('example.com', (error, found) => (error ? no(error) : yes(found)))));
  await attempt(log, 'dns.resolve', () => new Promise((yes, no) => dns.resolve4('example.com', (error, found) => (error ? no(error) : yes(found)))));
  await attempt(log, 'dns with a server', () => new Promise((yes, no) => { const one = new dns.Resolver({ timeout: 500, tries: 1 }); one.setServers([at]); one.resolve4('a.example', (error, found) => (error ? no(error) : yes(found))); }));
  for (const path of [target.dataFolder + '/x.sock', '/run/docker.sock', '/var/run/dbus/system_bus_socket', '\\0abstract'])
    await attempt(log, 'unix socket ' + path.slice(1), () => connected(net.connect({ path })));
  await attempt(log, 'worker from the network', () => new Promise((yes, no) => { const one: any = new (globalThis as any).Worker('http://' + at + '/w.js', { type: 'module' }); one.onmessage = yes; one.onerror = (event: any) => { event.preventDefault?.(); no(new Error('refused')); }; }));
  if (typeof Deno === 'object') {
    await attempt(log, 'Deno.connect', () => Deno.connect({ port: target.listenerPort }));
    await attempt(log, 'Deno.resolveDns', () => Deno.resolveDns('example.com', 'A'));
    await attempt(log, 'Deno.listen', () => Deno.listen({ port: 0 }));
    await attempt(log, 'Deno.serve', () => Deno.serve({ port: 0 }, () => new Response('x')).finished);
    await attempt(log, 'Deno.listenDatagram', () => Deno.listenDatagram({ port: 0, transport: 'udp' }));
    await attempt(log, 'WebSocketStream', () => new WebSocketStream('ws://' + at).opened);
    await attempt(log, 'connectTls', () => Deno.connectTls({ port: target.listenerPort }));
    await attempt(log, 'connectQuic', () => Deno.connectQuic({ hostname: '127.0.0.1', port: target.listenerPort, alpnProtocols: ['x'] }));
    await attempt(log, 'vsock', () => Deno.connect({ transport: 'vsock', cid: 2, port: 1 }));
  }
  await peek(log, 'listening', () => new Promise((yes, no) => { const one = net.createServer(() => {}).listen(0, () => { one.close(); yes('on a port'); }).on('error', no); }));
  await attempt(log, 'inspector', async () => { const one = await import('node:inspector'); one.open(0); return one.url() ?? Promise.reject(new Error('no inspector')); });
}
`,
  },
  {
    name: 'starts processes',
    ends: ['completed'],
    refusals: 9,
    code: `// Fork
import child from 'node:child_process';
import cluster from 'node:cluster';
import process from 'node:process';
declare const Deno: any;
const spawned = (one: any) => new Promise((yes, no) => { if (one.error) no(one.error); else if (one.pid && one.status === undefined) one.on('spawn', () => yes('spawned')).on('error', no); else if (one.pid) yes(one.pid); else one.on?.('error', no); });
export async function job(_n: number, { log }: { log: Log }) {
  for (const file of ['/bin/sh', '/bin/true', process.execPath, 'ls', '/runtime/deno', '/runtime/node', '/proc/self/exe']) {
    await attempt(log, 'spawnSync ' + file, () => spawned(child.spawnSync(file, ['--version'])));
    await attempt(log, 'spawn ' + file, () => spawned(child.spawn(file, ['--version'], { detached: true, stdio: 'ignore' })));
    if (typeof Deno === 'object') await attempt(log, 'Deno.Command ' + file, () => new Deno.Command(file, { args: ['--version'] }).outputSync());
  }
  await attempt(log, 'execSync', () => child.execSync('id'));
  await attempt(log, 'fork', () => spawned(child.fork(new URL(import.meta.url).pathname)));
  await attempt(log, 'cluster', () => spawned(cluster.fork().process));
  await attempt(log, 'binding', () => { const { status, error } = (process as any).binding('spawn_sync').spawn({ file: '/bin/true', args: ['true'], stdio: [] }); if (error || status) throw new Error('error ' + error); });
  await attempt(log, 'execve', () => (process as any).execve('/bin/true', ['true'], {}));
}
`,
  },
  {
    name: 'signals other processes',
    ends: ['completed'],
    refusals: 5,
    code: `// Kill them
import os from 'node:os';
import process from 'node:process';
declare const Deno: any;
export async function job(_n: number, { log }: { log: Log }) {
  await attempt(log, 'kill the victim', () => process.kill(target.victimPid, 'SIGKILL'));
  await attempt(log, 'stop the victim', () => process.kill(target.victimPid, 'SIGSTOP'));
  await attempt(log, 'see the server', () => process.kill(target.serverPid, 0));
  await attempt(log, 'debug the victim', () => (process as any)._debugProcess(target.victimPid));
  await attempt(log, 'priority of the victim', () => os.setPriority(target.victimPid, 19));
  if (typeof Deno === 'object') await attempt(log, 'Deno.kill', () => Deno.kill(target.victimPid, 'SIGKILL'));
}
`,
  },
  {
    name: 'loads native code',
    ends: ['completed'],
    refusals: 6,
    code: `// Native
import { createRequire } from 'node:module';
import process from 'node:process';
declare const Deno: any;
const require = createRequire(import.meta.url);
export async function job(_n: number, { log }: { log: Log }) {
  for (const file of ['/lib/x86_64-linux-gnu/libc.so.6', '/usr/lib/libc.so.6', '/lib/aarch64-linux-gnu/libc.so.6', new URL('x.node', import.meta.url).pathname]) {
    await attempt(log, 'dlopen ' + file, () => process.dlopen({ exports: {} }, file));
    if (typeof Deno === 'object') await attempt(log, 'Deno.dlopen ' + file, () => Deno.dlopen(file, { getpid: { parameters: [], result: 'i32' } }).symbols.getpid());
  }
  await attempt(log, 'require', () => require('./x.node'));
  await attempt(log, 'node:ffi', async () => new ((await import('node:ffi' as string)) as any).DynamicLibrary('/lib/x86_64-linux-gnu/libc.so.6'));
  if (typeof Deno === 'object') await attempt(log, 'a pointer', () => new Deno.UnsafePointerView(Deno.UnsafePointer.create(4096n)).getInt8());
  await attempt(log, 'a graphics card', async () => (await (navigator as any).gpu.requestAdapter()) ?? Promise.reject(new Error('none')));
  await peek(log, 'linked binding', () => typeof (process as any)._linkedBinding('fs'));
}
`,
  },
  {
    name: 'imports files, addresses and packages',
    ends: ['completed'],
    refusals: 12,
    code: `// Import
export async function job(_n: number, { log }: { log: Log }) {
  const modules = ['/etc/passwd', 'file:///etc/passwd', 'file://' + target.otherProgram, '../' + target.otherProgram.split('/').slice(-2).join('/'), target.project + '/server/app.ts', 'npm:left-pad', 'npm:left-pad@1.3.0', 'jsr:@std/assert', 'left-pad', 'hono', 'http://127.0.0.1:' + target.listenerPort + '/x.js', 'https://esm.sh/left-pad', 'node:nothing'];
  for (const address of modules) await attempt(log, 'import ' + address, () => import(address));
  for (const type of ['json', 'text', 'bytes']) await attempt(log, 'import a secret as ' + type, () => import('file://' + target.secretFile, { with: { type } }).then((one: any) => one.default));
  await attempt(log, 'import from data:', async () => (await import('data:text/javascript,' + encodeURIComponent('import fs from "node:fs"; export default fs.readFileSync(' + JSON.stringify(target.secretFile) + ', "utf8")'))).default);
  await attempt(log, 'import from blob:', async () => (await import(URL.createObjectURL(new Blob(['import fs from "node:fs"; export default fs.readFileSync(' + JSON.stringify(target.secretFile) + ', "utf8")'], { type: 'text/javascript' })))).default);
}
`,
  },
  ...[
    'npm:left-pad',
    '/etc/passwd',
    'https://example.com/x.js',
    './other.mjs',
    'data:text/javascript,throw new Error("from data")',
  ].map(
    (address): Attack => ({
      name: `begins with an import of ${address.slice(0, 30)}`,
      modes: ['threads'],
      ends: ['failed', 'refused'],
      says: /^The program cannot be loaded: /,
      code: `import ${JSON.stringify(address)};\nexport function job() {}\n`,
    }),
  ),
  {
    name: 'writes its memory to a file',
    ends: ['completed', 'failed', 'timed-out'],
    says: /^refused|memory|time limit/,
    code: `// Dump
import v8 from 'node:v8';
export async function job(_n: number, { log }: { log: Log }) {
  await attempt(log, 'heap snapshot', () => v8.writeHeapSnapshot('/tmp/' + target.mark + '.heapsnapshot'));
}
`,
  },
  {
    name: 'escapes from a thread of its own',
    // Deno gives up on one of them: only its process ends.
    ends: ['completed', 'failed'],
    refusals: 3,
    code: `// A worker with more permissions
import { Worker as Thread } from 'node:worker_threads';
const text = (what: string) => 'import fs from "node:fs"; import { parentPort } from "node:worker_threads"; let a; try { a = ' + what + ' } catch (e) { a = "refused " + e } (parentPort ?? globalThis).postMessage(String(a))';
const said = (one: any) => new Promise((yes, no) => { const of = (event: any) => { const text = String(event.data ?? event); if (text.startsWith('refused')) no(new Error(text)); else yes(text); }; if (one.on) one.on('message', of).on('error', no); else { one.onmessage = of; one.onerror = (event: any) => { event.preventDefault(); no(new Error(event.message)); }; } });
export async function job(_n: number, { log }: { log: Log }) {
  const read = 'fs.readFileSync(' + JSON.stringify(target.secretFile) + ', "utf8")';
  const address = 'data:text/javascript,' + encodeURIComponent(text(read));
  await attempt(log, 'a thread', () => said(new Thread(new URL(address))));
  await attempt(log, 'a thread with flags', () => said(new Thread(new URL(address), { execArgv: ['--allow-fs-read=*'], env: { NODE_OPTIONS: '' } } as any)));
  await attempt(log, 'a thread from text', () => said(new Thread('const fs = require("node:fs"); require("node:worker_threads").parentPort.postMessage(' + read + ')', { eval: true })));
  for (const permissions of ['inherit', 'none', { read: true }, { read: [target.secretFile] }])
    await attempt(log, 'a worker ' + JSON.stringify(permissions), () => said(new (globalThis as any).Worker(address, { type: 'module', deno: { permissions } })));
}
`,
  },
];
