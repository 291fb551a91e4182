/** A room as its teacher opens it over HTTP, and the browsers that enter it. */
import { expect } from 'vitest';
import type { Room } from '../../server/rooms/room.ts';
import { type Client, type PlaygroundApp, QUICK } from '../playground-app.ts';

export class OpenedRoom {
  readonly code: string;
  /** The address of the teacher's page, and that of the wall: each with its key. */
  readonly teach: string;
  readonly wall: string;
  /** The key of the wall. */
  readonly key: string;
  #app: PlaygroundApp;

  private constructor(app: PlaygroundApp, code: string, teach: string, [wall = '', key = '']: string[]) {
    this.#app = app;
    this.code = code;
    this.teach = teach;
    this.wall = wall;
    this.key = key;
  }

  static async open(app: PlaygroundApp, teacher: Client, lesson = 'join'): Promise<OpenedRoom> {
    const answer = await teacher.submit('/rooms', { lesson });
    expect(answer.status).toBe(303);
    const teach = answer.headers.get('location') ?? '';
    const code = /^\/rooms\/([A-Z]{4})\/teach\?key=/.exec(teach)?.[1] ?? '';
    const page = await (await teacher.get(teach)).text();
    return new OpenedRoom(app, code, teach, /\/rooms\/[A-Z]{4}\/wall\?key=([\w-]+)/.exec(page) ?? []);
  }

  /** The room on the server; null if it has ended. */
  get found(): Room | null {
    return this.#app.playground.rooms.byCode(this.code);
  }

  names(): string[] | undefined {
    return this.found?.members.map(({ name }) => name);
  }

  /** Returns an address of the teacher's, with the key. */
  at(path: string): string {
    return this.teach.replace('teach', path);
  }

  /** Lets a new browser in. */
  async learner(name: string, address?: string, showsName = false): Promise<Client> {
    const client = await this.#app.browser(address);
    const fields = { name, ...(showsName && { showsName: '1' }) };
    const answer = await client.submit(`/rooms/${this.code}/join`, fields);
    expect(answer.headers.get('location')).toBe(`/rooms/${this.code}`);
    return client;
  }

  /** The form of a short run in the room. */
  form() {
    return { ...QUICK, jobs: '1', minSeconds: '0', maxSeconds: '0', room: this.code };
  }
}
