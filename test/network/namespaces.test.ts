/** The address to write on the board, with interfaces of Linux, each computer in a network namespace of its own. */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { expect, it } from 'vitest';
import { JAVASCRIPT, type JavaScript } from '../../server/spec/runtimes.ts';

const IN_NAMESPACE = ['unshare', '--net', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];
const NAMESPACES = spawnSync('sh', ['-c', `${IN_NAMESPACE.join(' ')} ip link show lo`]).status === 0;

const COMMANDS: Record<JavaScript, string> = {
  node: process.execPath,
  deno: 'node_modules/deno/deno run --no-prompt --allow-read=. --allow-env --allow-sys=networkInterfaces --allow-run=/bin/sh',
};

/** Commands for the shell: `up NAME ADDRESS` makes an interface that is connected. */
const UP = `up() { ip link add $1 type veth peer name x$1; ip link set x$1 up; ip link set $1 up; ip addr add $2 dev $1 nodad; }`;
const TUN = 'ip tuntap add tun0 mode tun; ip addr add 10.8.0.2/24 dev tun0; ip link set tun0 up';
const DOCKER = `ip link add docker0 type bridge; ip addr add 172.17.0.1/16 dev docker0; ip link set docker0 up
ip link add vethc0 type veth peer name c0 && ip link set vethc0 master docker0 up && ip link set c0 up`;

/** Prints what is chosen on each of `computers`. */
function chosenOn(runtime: JavaScript, computers: readonly string[][]) {
  const each = computers.map((lines) => {
    const script = [UP, 'ip link set lo up', ...lines, `${COMMANDS[runtime]} test/network/chosen.ts`].join(
      '\n',
    );
    const { stdout, stderr } = spawnSync(
      IN_NAMESPACE[0] ?? '',
      [...IN_NAMESPACE.slice(1), 'sh', '-ec', script],
      {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: process.env.HOME },
      },
    );
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  });
  return each;
}

it.runIf(NAMESPACES).each(JAVASCRIPT)(
  'findAddresses: real interfaces, seen from %s',
  { timeout: 60_000 },
  (runtime) => {
    const wifi = ['up wlan0 192.168.1.5/24', 'ip route add default via 192.168.1.1 dev wlan0 metric 600'];
    const cable = ['up eth0 10.1.2.3/16', 'ip route add default via 10.1.0.1 dev eth0 metric 100'];
    const computers: readonly (readonly [string | null, string, string[]])[] = [
      ['http://10.1.2.3:8080', 'leads to the router', [DOCKER, TUN, ...wifi, ...cable]],
      // A VPN that takes all the traffic, and no other way.
      [
        'http://192.168.1.5:8080',
        'only connection',
        [DOCKER, TUN, 'up wlan0 192.168.1.5/24', 'ip route add default dev tun0'],
      ],
      [
        'http://[fd12::5]:8080',
        'only address',
        ['up eth0 fd12::5/64', 'ip route add default via fd12::1 dev eth0'],
      ],
      [null, '', []],
    ];
    const chosen = chosenOn(
      runtime,
      computers.map(([, , lines]) => lines),
    );
    expect(chosen.map(({ url }) => url)).toEqual(computers.map(([url]) => url));
    for (const [i, [, why]] of computers.entries()) expect(chosen[i].why).toContain(why);
    expect(chosen[0].others[0]).toBe('wlan0');
  },
);
