/** What a class start prints, and when. */
import os from 'node:os';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Board, type BoardOptions, envForClass } from '../../server/network/board.ts';
import type { Found } from '../../server/network/interfaces.ts';
import { CONNECTED, NO_NETWORK, NOBODY_YET } from '../../server/network/words.ts';

const at = (name: string, address: string, kind: Found['kind']): Found => {
  return { name, address, kind, family: address.includes(':') ? 'IPv6' : 'IPv4', routed: null };
};
const WIFI = at('wlan0', '192.168.1.5', 'wifi');

async function opened(found: Found[], options: Partial<BoardOptions> = {}) {
  const printed: string[] = [];
  const board = new Board({
    settings: { HOST: '::', PUBLIC_URL: null },
    port: 8080,
    print: (text) => printed.push(text),
    terminal: {},
    look: async () => found,
    ...options,
  });
  onTestFinished(() => board.close());
  await board.open();
  return { board, printed };
}

it('Board: the address, why, and that no other device has connected; then that one has, once', async () => {
  const { board, printed } = await opened([at('docker0', '172.17.0.1', 'virtual'), WIFI]);
  expect(board.url).toBe('http://192.168.1.5:8080');
  expect(printed[0]).toMatch(/board:\n\n {4}http:\/\/192\.168\.1\.5:8080\/rooms\n/);
  expect(printed[0]).toContain('wlan0 (Wi-Fi)');
  expect(printed[0]).toContain('docker0');
  expect(printed[0]).toContain(NOBODY_YET);
  const own = Object.values(os.networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', ...own]) board.seen(address);
  expect(printed).toHaveLength(1);
  board.seen('::ffff:192.168.1.77');
  board.seen('192.168.1.78');
  expect(printed.slice(1)).toEqual([CONNECTED]);
});

it('Board: the hint at a hotspot comes once if nobody connects, and never if somebody has', async () => {
  const { printed } = await opened([WIFI, at('tun0', '10.8.0.2', 'vpn')], { hintMs: 1 });
  await expect.poll(() => printed.length).toBe(2);
  const hint = printed[1]?.replaceAll('\n', ' ');
  expect(hint).toContain('client isolation');
  expect(hint).toContain('A hotspot helps');
  expect(hint).toContain('port 8080');
  expect(hint).toContain('The VPN (tun0)');
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const other = await opened([WIFI]);
  other.board.seen('192.168.1.77');
  await vi.advanceTimersByTimeAsync(600_000);
  expect(other.printed).toHaveLength(2);
});

it('Board: an address that comes later, as with a hotspot, is printed then', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const found: Found[] = [];
  const { board, printed } = await opened(found);
  expect(board.url).toBe(null);
  expect(printed[0]?.replaceAll('\n', ' ')).toContain(NO_NETWORK);
  expect(printed[0]).not.toContain(NOBODY_YET);
  found.push(at('wlan0', '10.42.0.1', 'hotspot'));
  // The routes of the first look were perhaps not all.
  await vi.advanceTimersByTimeAsync(3000);
  expect(board.url).toBe('http://10.42.0.1:8080');
  expect(printed[1]).toContain('http://10.42.0.1:8080/rooms');
  expect(printed).toHaveLength(2);
});

it('Board: only addresses that the server listens on; or that of PUBLIC_URL', async () => {
  const found = [WIFI, at('eth0', '10.1.2.3', 'cable'), at('wlan0', 'fd12::5', 'wifi')];
  const listening = async (HOST: string, PUBLIC_URL: string | null = null) =>
    (await opened(found, { settings: { HOST, PUBLIC_URL } })).board.url;
  expect(await listening('0.0.0.0')).toBe('http://192.168.1.5:8080');
  expect(await listening('10.1.2.3')).toBe('http://10.1.2.3:8080');
  expect(await listening('fd12::5')).toBe('http://[fd12::5]:8080');
  expect(await listening('127.0.0.1')).toBe(null);
  expect(await listening('::', 'https://school.example/play')).toBe('https://school.example/play');
});

it('Board: lines fit a narrow terminal, but for a link, which stays whole', async () => {
  const { printed } = await opened([WIFI, at('docker0', '172.17.0.1', 'virtual')], {
    terminal: { columns: 30 },
  });
  const lines = printed.join('\n').split('\n');
  for (const line of lines) if (!line.includes('http')) expect(line.length).toBeLessThanOrEqual(30);
});

it('envForClass: listens everywhere, unless HOST says where', () => {
  expect(envForClass({}).HOST).toMatch(/^(::|0\.0\.0\.0)$/);
  expect(envForClass({ HOST: '10.1.2.3' }).HOST).toBe('10.1.2.3');
});
