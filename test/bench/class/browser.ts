/**
 * A learner's browser as the server sees it: at most six connections that are kept alive, a cookie, compressed answers,
 * and scripts that are fetched once, each import of a script after it. Nothing is drawn.
 */
import http from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

/** Scripts that pages import when they need them: those that a learner's need. */
const IMPORTED = /^(room-follow|timeline|run-view|claim-one-by-one)-/;
/**
 * Connections of a browser to one host over HTTP/1.1. Up to four are streams here, while a browser gives up those of its
 * hidden tabs: the server has more to do than it would have, but pages hardly ever wait for a connection.
 */
const CONNECTIONS = 6;

/** An answer, its body as it was sent. */
export type Answer = { status: number; headers: http.IncomingHttpHeaders; body: Buffer; tookMs: number };
/** A page, and how long it took until it had come, and until all that it needs had. */
export type Page = Answer & { path: string; wholeMs: number };

/** What scripts import, by their path: the same for all browsers. */
export type Imports = Map<string, string[]>;

export class Browser {
  /** Bytes of bodies. */
  bytes = 0;
  requests = 0;
  #base: string;
  #imports: Imports;
  #agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  #cookie = '';
  #cached = new Set<string>();

  constructor(base: string, imports: Imports) {
    this.#base = base;
    this.#imports = imports;
  }

  /** Loads a page, and what it links to, unless that has been loaded. Follows redirects. */
  async page(path: string): Promise<Page> {
    const began = performance.now();
    return this.#loaded(path, await this.get(path, { 'Upgrade-Insecure-Requests': '1' }), began);
  }

  /** Submits a form without script, and loads the page to which the server leads. */
  async submit(path: string, fields: Record<string, string | string[]>): Promise<Page> {
    const began = performance.now();
    return this.#loaded(path, await this.post(path, fields), began);
  }

  get(path: string, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.#request('GET', path, headers);
  }

  post(
    path: string,
    fields: Record<string, string | string[]>,
    headers: http.OutgoingHttpHeaders = {},
  ): Promise<Answer> {
    const pairs = Object.entries(fields).flatMap(([name, values]) =>
      [values].flat().map((value) => [name, value]),
    );
    const body = new URLSearchParams(pairs).toString();
    const form = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: this.#base };
    return this.#request('POST', path, { ...form, ...headers }, body);
  }

  /** Sends a body that another server has sent, compressed as it is. */
  put(path: string, { headers, body }: Answer): Promise<Answer> {
    return this.#request(
      'PUT',
      path,
      { 'Content-Encoding': headers['content-encoding'] ?? 'identity' },
      body,
    );
  }

  /** Opens a stream. Rejects if it is refused. Destroying the answer closes its connection. */
  stream(path: string): Promise<http.IncomingMessage> {
    this.requests++;
    return new Promise((resolve, reject) => {
      const headers = { ...this.#headers(), Accept: 'text/event-stream', 'Cache-Control': 'no-cache' };
      const request = http.get(this.#base + path, { agent: this.#agent, headers }, (response) => {
        if (response.statusCode === 200) return resolve(response);
        response.destroy();
        reject(new Error(`GET ${path}: ${response.statusCode}`));
      });
      request.on('error', reject);
    });
  }

  /** Loads what a script or a page needs. */
  async load(answer: Answer): Promise<void> {
    const links = [...textOf(answer).matchAll(/(?:src|href)="(\/static\/[^"]+\.(?:js|css))"/g)];
    await Promise.all(links.map(([, path = '']) => this.#asset(path)));
  }

  close(): void {
    this.#agent.destroy();
  }

  async #loaded(path: string, first: Answer, began: number): Promise<Page> {
    let answer = first;
    let at = path;
    for (; answer.status === 303; answer = await this.get(at)) at = answer.headers.location ?? '';
    const tookMs = performance.now() - began;
    if (answer.status !== 200) throw new Error(`${at}: ${answer.status} ${textOf(answer).slice(0, 300)}`);
    await this.load(answer);
    return { ...answer, path: at, tookMs, wholeMs: performance.now() - began };
  }

  async #asset(path: string): Promise<void> {
    if (this.#cached.has(path)) return;
    this.#cached.add(path);
    const answer = await this.#request('GET', path, { 'Accept-Encoding': 'gzip, deflate, br' });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    const imports = this.#imports.get(path) ?? importsOf(path, answer);
    this.#imports.set(path, imports);
    await Promise.all(imports.map((one) => this.#asset(one)));
  }

  #headers(): http.OutgoingHttpHeaders {
    return { 'Sec-Fetch-Site': 'same-origin', ...(this.#cookie !== '' && { Cookie: this.#cookie }) };
  }

  #request(
    method: string,
    path: string,
    given: http.OutgoingHttpHeaders,
    body?: string | Buffer,
  ): Promise<Answer> {
    this.requests++;
    const began = performance.now();
    const headers = {
      ...this.#headers(),
      Accept: 'text/html',
      'Accept-Encoding': 'gzip, deflate, br',
      ...given,
      ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
    };
    return new Promise((resolve, reject) => {
      const request = http.request(this.#base + path, { method, agent: this.#agent, headers }, (response) => {
        const [cookie] = response.headers['set-cookie'] ?? [];
        if (cookie !== undefined) this.#cookie = cookie.split(';')[0] ?? '';
        const parts: Buffer[] = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const whole = Buffer.concat(parts);
          this.bytes += whole.length;
          const tookMs = performance.now() - began;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole, tookMs });
        });
      });
      request.on('error', (cause) => reject(new Error(`${method} ${path}`, { cause })));
      request.end(body);
    });
  }
}

export function textOf({ headers, body }: Answer): string {
  switch (headers['content-encoding']) {
    case 'br':
      return brotliDecompressSync(body).toString();
    case 'gzip':
      return gunzipSync(body).toString();
    default:
      return body.toString();
  }
}

/** Returns the paths of what a script imports, and of what it will when the page is used. */
function importsOf(path: string, answer: Answer): string[] {
  if (!path.endsWith('.js')) return [];
  const names = [...textOf(answer).matchAll(/(?:from|import)\s*(\(?)\s*["']\.\/([\w-]+\.js)["']/g)];
  return names.flatMap(([, dynamic, name = '']) =>
    dynamic === '' || IMPORTED.test(name) ? [`/static/${name}`] : [],
  );
}
