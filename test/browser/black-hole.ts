/** A proxy between browsers and a server that can lose what is sent through open connections, without closing them. */
import { once } from 'node:events';
import net from 'node:net';

export type BlackHole = {
  /** The proxy's address, for browsers. */
  url: string;
  /** Loses from now on what is sent through the connections that are open, in both directions. */
  swallow(): void;
  /** Number of connections that browsers have open. */
  readonly connections: number;
  close(): Promise<void>;
};

/** Starts a proxy for the server at `url`. */
export async function blackHole(url: string): Promise<BlackHole> {
  const { hostname, port } = new URL(url);
  const open = new Set<{ client: net.Socket; inside: net.Socket }>();
  const proxy = net.createServer((client) => {
    const inside = net.connect(Number(port), hostname);
    const pair = { client, inside };
    open.add(pair);
    client.pipe(inside).pipe(client);
    client.on('error', () => {});
    inside.on('error', () => {});
    inside.on('close', () => client.destroy());
    client.on('close', () => {
      open.delete(pair);
      inside.destroy();
    });
  });
  proxy.listen(0, hostname);
  await once(proxy, 'listening');
  return {
    url: `http://${hostname}:${(proxy.address() as net.AddressInfo).port}`,
    swallow() {
      for (const { client, inside } of open) {
        inside.unpipe().resume().removeAllListeners('close');
        client.unpipe().resume();
      }
    },
    get connections() {
      return open.size;
    },
    async close() {
      for (const { client, inside } of open) {
        client.destroy();
        inside.destroy();
      }
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
