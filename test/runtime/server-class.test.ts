/** A server that is started for a class on a laptop, on a network without internet, and a device in that network. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { isTried } from '../everyday.ts';
import { dataFolder, serverStarter, until } from './server-process.ts';

const start = serverStarter();
const isRoot = process.getuid?.() === 0;
const NAMESPACES = isRoot && spawnSync('unshare', ['--net', 'ip', 'link', 'show', 'lo']).status === 0;

/** Puts the server’s computer and a device on one cable: nothing else is there, and no route leads further. */
const NETWORK = `ip link set lo up
unshare --net sleep 600 > /dev/null 2>&1 & device=$!
while [ "$(readlink /proc/$device/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do sleep 0.05; done
ip link add wlan0 type veth peer name wlan0 netns $device
ip addr add 192.168.178.20/24 dev wlan0; ip link set wlan0 up
on() { nsenter --net=/proc/$device/ns/net "$@"; }
on ip addr add 192.168.178.33/24 dev wlan0; on ip link set wlan0 up
echo $device > "$DATA_DIR/device"
exec "$@" class`;

/** What the device does: requests pages, makes a run, and looks for what its pages load. Prints JSON. */
const DEVICE = `
const [base] = process.argv.slice(1);
const get = async (path) => (await fetch(base + path)).text();
const made = await fetch(base + '/api/runs', { method: 'POST', headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ modes: ['threads'], jobs: 1, minSeconds: 0, maxSeconds: 0 }) });
const run = await made.json();
const events = await get(run.events);
const texts = await Promise.all(['/', '/rooms', '/rooms/new', '/terms', run.url].map(get));
const files = new Set(texts.flatMap((text) => [...text.matchAll(/(?:src|href)="([^"]*\\.(?:js|css)[^"]*)"/g)].map(([, file]) => file)));
for (const file of files) if (file.startsWith('/')) texts.push(await get(file));
const loads = /(?:\\ssrc=|<link[^>]* href=|@import |url\\(|import\\()\\s*["']?((?:https?:)?\\/\\/[^"') ]+)/g;
const loaded = texts.flatMap((text) => [...text.matchAll(loads)].map(([, address]) => address)).filter((one) => !one.startsWith(base));
console.log(JSON.stringify({ hasEnded: events.includes('event: end'), files: files.size, loaded }));
`;

describe.each(JAVASCRIPT)('the server on %s for a class', (runtime) => {
  test.skipIf(!NAMESPACES || !isTried('class', runtime))(
    `the server on ${runtime} for a class: a device reaches the address on the board, with no internet at all`,
    async () => {
      const folder = dataFolder();
      const server = start(runtime, { PORT: '8080', READY: '0' }, folder, [
        ...['unshare', '--net', '--mount', 'sh', '-ec', `mount -t sysfs sys /sys; ${NETWORK}`, 'sh'],
      ]);
      expect(await server.url()).toBe('http://192.168.178.20:8080/rooms');
      const seen = () => server.stdout.replaceAll('\n', ' ');
      await until('the server has started', () => seen().includes(`Concurrency Playground on ${runtime}`));
      expect(seen()).toContain('It is the only address of this computer, on wlan0');
      expect(seen()).not.toContain('\x1b');
      expect(seen()).toContain('No other device has connected yet.');

      const within = (pid: string | number, script: string, ...args: string[]) => {
        const node = [process.execPath, '--input-type=module', '-e', script, ...args];
        const { stdout, stderr } = spawnSync('nsenter', [`--net=/proc/${pid}/ns/net`, ...node], {
          encoding: 'utf8',
        });
        if (stdout === '') throw new Error(stderr);
        return JSON.parse(stdout);
      };
      // The teacher opens a room as `localhost`, which is no other device; the links in it are for others.
      const teach = `const body = new URLSearchParams({ lesson: 'join' });
      const page = await fetch('http://localhost:8080/rooms', { method: 'POST', body });
      console.log(JSON.stringify(await page.text()));`;
      const page: string = within(server.pid, teach);
      expect(page).toContain('http://192.168.178.20:8080/rooms/');
      expect(page).not.toContain('localhost');
      expect(seen()).not.toContain('Another device has connected');

      const device = fs.readFileSync(`${folder}/device`, 'utf8').trim();
      const { hasEnded, files, loaded } = within(device, DEVICE, 'http://192.168.178.20:8080');
      expect({ hasEnded, loaded }).toEqual({ hasEnded: true, loaded: [] });
      expect(files).toBeGreaterThan(1);
      await until('the server says so', () =>
        seen().includes('Another device has connected: the address works.'),
      );
    },
  );
});
