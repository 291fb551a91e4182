/** A proxy between browsers and a server that does not let live streams through, as some networks do. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What becomes of a stream: its body, or its headers too, are held back until it ends; an open stream stays mute; only
 * what comes first gets through; the request is refused by closing the connection, or with the page of a filter.
 */
export const HOLDS = ['body', 'headers', 'mute', 'first', 'closed', 'filtered'] as const;
export type Hold = (typeof HOLDS)[number];

export type HoldingProxy = {
  /** The proxy's address, for browsers. */
  url: string;
  /** The paths of the requests for events so far, other than streams. */
  polls: string[];
  /** Lets streams through from now on. */
  release(): void;
  close(): Promise<void>;
};

/** Starts a proxy for the server at `url`. */
export async function holdingProxy(url: string, hold: Hold): Promise<HoldingProxy> {
  const polls: string[] = [];
  let isHolding = true;
  const proxy = http.createServer((request, response) => {
    const { url: path = '', method, headers } = request;
    if (path.includes('.ndjson')) polls.push(path);
    const isHeld = isHolding && /\/events(\?|$)/.test(path);
    if (isHeld && hold === 'closed') return void request.socket.destroy();
    if (isHeld && hold === 'filtered')
      return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>Blocked</p>');
    const inner = http.request(new URL(path, url), { method, headers }, (answer) => {
      if (!isHeld || hold !== 'headers') response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (!isHeld) return void answer.pipe(response);
      if (hold !== 'headers') response.flushHeaders();
      const parts: Buffer[] = [];
      answer.on('data', (part) => {
        if (hold === 'first' && parts.length === 0) response.write(part);
        parts.push(part);
      });
      answer.on('end', () => {
        if (hold === 'mute') return;
        if (hold === 'headers') response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.end(Buffer.concat(hold === 'first' ? parts.slice(1) : parts));
      });
    });
    inner.on('error', () => response.destroy());
    response.on('close', () => inner.destroy());
    request.pipe(inner);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    polls,
    release() {
      isHolding = false;
    },
    async close() {
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
