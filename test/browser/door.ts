/** A proxy between browsers and a server that can cut connections in the middle of a message. */
import { once } from 'node:events';
import net from 'node:net';

export type Door = {
  /** The proxy's address, for browsers. */
  url: string;
  /** Cuts every connection and rejects new ones until `open`: by closing them, or with a gateway's error. */
  shut(how: 'silent' | 'gateway'): void;
  open(): void;
  close(): Promise<void>;
};

const BAD_GATEWAY = 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** Starts a proxy for the server at `url`. */
export async function openDoor(url: string): Promise<Door> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<net.Socket>();
  let isShut: 'silent' | 'gateway' | false = false;
  const server = net.createServer((client) => {
    client.on('error', () => client.destroy());
    if (isShut === 'silent') return void client.destroy();
    if (isShut === 'gateway') return void client.once('data', () => client.end(BAD_GATEWAY));
    const inside = net.connect(Number(port), hostname);
    for (const [one, other] of [
      [client, inside],
      [inside, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, hostname);
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://${hostname}:${(server.address() as net.AddressInfo).port}`,
    shut(how) {
      isShut = how;
      cut();
    },
    open() {
      isShut = false;
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
