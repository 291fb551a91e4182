/**
 * Proxies in front of a server, below the prefix `/play`: nginx where it is installed, else a small one of Node's. With
 * TLS where openssl can make a certificate. They send the server's own Host, as nginx does by default.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** The prefix. */
export const PREFIX = '/play';

/** Two proxies: one strips the prefix, one passes it on. Both are at names of this computer. */
export class Proxies {
  readonly strips: string;
  readonly passesOn: string;
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'proxies-'));
  readonly #ports: [number, number];
  readonly #hasTls: boolean;
  #close: () => Promise<unknown> = async () => {};

  private constructor(ports: [number, number]) {
    this.#ports = ports;
    this.#hasTls = makeCertificate(this.#folder);
    // Browsers trust both, and send `Sec-Fetch-Site`: only one of the two can be the server's PUBLIC_URL.
    const origin = this.#hasTls ? 'https://school.test' : 'http://school.localhost';
    this.strips = `${origin}:${ports[0]}`;
    this.passesOn = `${origin}:${ports[1]}`;
  }

  /** Chooses the addresses, so that the server can be started with one of them as PUBLIC_URL. */
  static async choose(): Promise<Proxies> {
    const [a, b] = [await listenSomewhere(), await listenSomewhere()];
    const ports: [number, number] = [portOf(a), portOf(b)];
    for (const server of [a, b]) await new Promise((done) => server.close(done));
    return new Proxies(ports);
  }

  /** Starts both, in front of the server at `target`. */
  async start(target: string): Promise<void> {
    const hasNginx = spawnSync('nginx', ['-v']).status === 0;
    this.#close = await (hasNginx ? this.#startNginx(target) : this.#startNode(target));
  }

  async close(): Promise<void> {
    await this.#close();
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  async #startNginx(target: string) {
    const [strips, passesOn] = this.#ports;
    const tls = this.#hasTls ? ' ssl' : '';
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const settings = `
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      daemon off;
      pid nginx.pid;
      error_log stderr;
      events {}
      http {
        access_log off;
        ${temporary.map((name) => `${name}_temp_path ${name};`).join('\n')}
        ${tls && 'ssl_certificate certificate.pem; ssl_certificate_key key.pem;'}
        server { listen 127.0.0.1:${strips}${tls}; location ${PREFIX}/ { proxy_pass ${target}/; } }
        server { listen 127.0.0.1:${passesOn}${tls}; location ${PREFIX} { proxy_pass ${target}; } }
      }`;
    fs.writeFileSync(path.join(this.#folder, 'nginx.conf'), settings);
    const nginx: ChildProcess = spawn('nginx', ['-p', this.#folder, '-c', 'nginx.conf', '-e', 'stderr'], {
      stdio: 'inherit',
    });
    const ended = once(nginx, 'exit');
    for (const port of this.#ports) await untilOpen(port, nginx);
    return () => {
      nginx.kill('SIGTERM');
      return ended;
    };
  }

  async #startNode(target: string) {
    const read = (name: string) => fs.readFileSync(path.join(this.#folder, name));
    const servers = this.#ports.map((port, at) => {
      const pass: http.RequestListener = (request, response) => {
        const address = request.url ?? '';
        const onward = at === 0 ? address.slice(PREFIX.length) || '/' : address;
        const { method, headers } = request;
        const { host } = new URL(target);
        const inside = http.request(target + onward, { method, headers: { ...headers, host } }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        });
        inside.on('error', () => response.destroy());
        response.on('close', () => inside.destroy());
        request.pipe(inside);
      };
      const server = this.#hasTls
        ? https.createServer({ cert: read('certificate.pem'), key: read('key.pem') }, pass)
        : http.createServer(pass);
      return server.listen(port, '127.0.0.1');
    });
    await Promise.all(servers.map((server) => once(server, 'listening')));
    return () =>
      Promise.all(
        servers.map((server) => {
          server.closeAllConnections();
          return new Promise((done) => server.close(done));
        }),
      );
  }
}

async function listenSomewhere(): Promise<net.Server> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: net.Server): number {
  return (server.address() as net.AddressInfo).port;
}

/** Resolves when something accepts connections at `port`; throws if `nginx` ends before. */
async function untilOpen(port: number, nginx: ChildProcess): Promise<void> {
  for (;;) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}.`);
    const socket = net.connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Makes a certificate of its own in `folder`. Returns false without openssl. */
function makeCertificate(folder: string): boolean {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
  const rest = ['-out', 'certificate.pem', '-days', '2', '-subj', '/CN=school.test'];
  try {
    execFileSync('openssl', ['req', '-x509', ...key, ...rest], { cwd: folder, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
