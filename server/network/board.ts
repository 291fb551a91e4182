/**
 * A server that is started for a class: prints the address to write on the board, says whether another device has
 * connected, and prints the address again when it changes, as when a hotspot is turned on.
 */
import process from 'node:process';
import { readFiles } from '../machine.ts';
import type { Settings } from '../settings.ts';
import { type Choice, chooseAddress } from './choose.ts';
import { type Found, findAddresses, interfacesHere } from './interfaces.ts';
import { type Terminal, terminalQr } from './terminal-qr.ts';
import {
  CONNECTED,
  hotspotHint,
  NO_NETWORK,
  NOBODY_YET,
  otherWords,
  urlAt,
  whyWords,
  wslHint,
} from './words.ts';

/** Pause between looks at the interfaces, in ms. */
const LOOK_MS = 3000;
/** How long without another device until the hint, in ms. */
const HINT_MS = 60_000;

/** Returns the settings’ environment for a class: it listens on all addresses, unless `HOST` says otherwise. */
export function envForClass(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env.HOST) return env;
  const all = interfacesHere().flatMap(([, addresses]) => addresses);
  // `::` is all of both kinds, but a system may be without IPv6.
  return { ...env, HOST: all.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0' };
}

export type BoardOptions = {
  settings: Pick<Settings, 'HOST' | 'PUBLIC_URL'>;
  port: number;
  print: (text: string) => void;
  terminal?: Terminal;
  /** Replace those of the computer, in tests. */
  look?: () => Promise<Found[]>;
  hintMs?: number;
};

export class Board {
  #options: Required<BoardOptions>;
  #choice: Choice = { best: null, others: [] };
  #url: string | null = null;
  #own = new Set<string>();
  /** All of them, as they were at the last look. */
  #interfaces = '';
  #isSettling = true;
  #isConnected = false;
  #timers: NodeJS.Timeout[] = [];

  constructor({
    settings,
    port,
    print,
    terminal = process.stdout,
    look = findAddresses,
    hintMs = HINT_MS,
  }: BoardOptions) {
    this.#options = { settings, port, print, terminal, look, hintMs };
  }

  /** The address of this server for other devices, without a slash at its end; null if they have none. */
  get url(): string | null {
    return this.#url;
  }

  /** Prints the address, and goes on looking. Resolves once it is printed. */
  async open(): Promise<void> {
    await this.#look();
    this.#show();
    const looking = setInterval(() => void this.#lookAgain(), LOOK_MS);
    const hinting = setTimeout(() => this.#hint(), this.#options.hintMs);
    this.#timers = [looking.unref(), hinting.unref()];
  }

  close(): void {
    this.#timers.forEach(clearInterval);
  }

  /** Notes the address of a request’s client. */
  seen(address: string): void {
    if (this.#isConnected) return;
    const plain = address.replace(/^::ffff:/i, '').replace(/%.*/, '');
    if (this.#own.has(plain) || /^127\.|^::1$/.test(plain)) return;
    this.#isConnected = true;
    this.#options.print(CONNECTED);
  }

  /** Looks at the addresses, if they have changed since. */
  async #look(): Promise<void> {
    const { settings, port, look } = this.#options;
    const all = interfacesHere().flatMap(([name, some]) => some.map(({ address }) => `${name} ${address}`));
    const hasChanged = all.join() !== this.#interfaces;
    if (!hasChanged && !this.#isSettling) return;
    this.#interfaces = all.join();
    // A route is set only after the address that it is for.
    this.#isSettling = hasChanged;
    this.#own = new Set(all.map((one) => one.replace(/^.* /, '')));
    this.#choice = chooseAddress((await look()).filter((one) => listensAt(settings.HOST, one)));
    const { best } = this.#choice;
    this.#url = settings.PUBLIC_URL ?? (best && urlAt(best, port));
  }

  async #lookAgain(): Promise<void> {
    const before = this.#url;
    await this.#look();
    if (this.#url !== before) this.#show();
  }

  #show(): void {
    const { settings, port, print, terminal } = this.#options;
    const lines = ['', ...this.#addressLines()];
    const { best } = this.#choice;
    if (settings.PUBLIC_URL === null && best && isWsl()) lines.push(wslHint(port, best.address));
    if (!this.#isConnected && this.#url !== null) lines.push(NOBODY_YET);
    print(lines.map((line) => (line.includes('\x1b') ? line : wrapped(line, terminal.columns))).join('\n'));
  }

  #addressLines(): string[] {
    const { settings, port, terminal } = this.#options;
    if (this.#url === null) return [NO_NETWORK];
    const link = `${this.#url}/rooms`;
    const code = terminalQr(link, terminal, process.env);
    const why = settings.PUBLIC_URL === null ? whyWords(this.#choice) : 'It is that of PUBLIC_URL.';
    const others = settings.PUBLIC_URL === null ? otherWords(this.#choice.others, port) : [];
    return [
      'Write this address on the board:',
      '',
      `    ${link}`,
      '',
      ...(code.length > 0 ? [...code, ''] : []),
      `Why this one: ${why}`,
      ...(others.length > 0 ? ['The others:', ...others.map((one) => `  ${one}`)] : []),
      `Open a room for your class at ${link}/new`,
      '',
    ];
  }

  #hint(): void {
    if (this.#isConnected || this.#url === null) return;
    const { port, print, terminal } = this.#options;
    const vpn = this.#choice.others.find(({ kind }) => kind === 'vpn')?.name ?? null;
    print(wrapped(hotspotHint(port, vpn), terminal.columns));
  }
}

/** Reports whether a server that listens on `host` listens at an address. */
function listensAt(host: string, { address, family }: Found): boolean {
  return host === '::' || (host === '0.0.0.0' && family === 'IPv4') || address === host;
}

function isWsl(): boolean {
  return process.platform === 'linux' && /microsoft/i.test(readFiles(['/proc/version'])[0] ?? '');
}

/** Breaks a text between words so that its lines fit; a word that does not fit has a line of its own. */
function wrapped(text: string, columns = 100): string {
  const [indent = ''] = /^ */.exec(text) ?? [];
  const lines = [indent];
  for (const word of text.trim().split(' ')) {
    const line = lines.at(-1) ?? '';
    const longer = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
    if (longer.length <= columns || line.trim() === '') lines[lines.length - 1] = longer;
    else lines.push(`${indent}${word}`);
  }
  return lines.join('\n');
}
