/** A way to a database that can be cut: then nothing comes through, and nobody is told, as when a cable is pulled. */
import { once } from 'node:events';
import net from 'node:net';

export class CutOff {
  #server: net.Server;
  #isCut = false;
  #sockets = new Set<net.Socket>();

  private constructor(server: net.Server) {
    this.#server = server;
  }

  /** Opens a way to a local port. */
  static async open(port: number): Promise<CutOff> {
    const server = net.createServer();
    const cutOff = new CutOff(server);
    server.on('connection', (near) => cutOff.#connect(near, port));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return cutOff;
  }

  /** Returns the address of a database by this way. */
  urlOf(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') url.port = String(address.port);
    return url.href;
  }

  #connect(near: net.Socket, port: number): void {
    this.#sockets.add(near);
    near.on('close', () => this.#sockets.delete(near)).on('error', () => {});
    if (this.#isCut) return void near.pause();
    const far = net.connect(port, '127.0.0.1');
    this.#sockets.add(far);
    far.on('close', () => this.#sockets.delete(far)).on('error', () => near.destroy());
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }

  /** Lets nothing through any more; what is sent is neither answered nor refused. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  /** Lets new connections through. Those from before have been lost. */
  mend(): void {
    this.#isCut = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
