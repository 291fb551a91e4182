/** The network interfaces of this computer: their addresses, what they are, and which of them lead to a router. */
import dgram from 'node:dgram';
import os from 'node:os';
import process from 'node:process';
import { readFiles } from '../machine.ts';
import { type Kind, kindOf } from './kinds.ts';

/** An address of this computer that other devices may reach. */
export type Found = {
  /** The name of the interface. */
  name: string;
  address: string;
  family: 'IPv4' | 'IPv6';
  kind: Kind;
  /** The place of the interface among those with a route to a router, from 0; null if it has none, or that is unknown. */
  routed: number | null;
};

/** Returns the interfaces; none if the system does not tell. */
export function interfacesHere(): [name: string, addresses: os.NetworkInterfaceInfo[]][] {
  try {
    return Object.entries(os.networkInterfaces()).map(([name, all]) => [name, all ?? []]);
  } catch {
    return [];
  }
}

/** Resolves with the addresses of this computer, but for its loopback, and those no browser can open (`fe80::…`). */
export async function findAddresses(): Promise<Found[]> {
  const named = interfacesHere();
  const isLinux = process.platform === 'linux';
  const files = ['/proc/net/route', '/proc/net/ipv6_route', ...named.flatMap(([name]) => filesOf(name))];
  const [v4 = '', v6 = '', ...about] = isLinux ? readFiles(files) : [];
  const routed = isLinux ? defaultRoutes(v4, v6) : await routeHere(named);
  return named.flatMap(([name, all], at) => {
    const [uevent = '', tunFlags = ''] = about.slice(2 * at, 2 * at + 2);
    const device = { type: /^DEVTYPE=(\w+)$/m.exec(uevent)?.[1] ?? null, isTun: tunFlags !== '' };
    return all
      .filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address))
      .map((one) => ({
        name,
        address: one.address,
        family: one.family,
        kind: kindOf({ name, ...one }, device),
        routed: routed.includes(name) ? routed.indexOf(name) : null,
      }));
  });
}

/** Linux says what kind of device an interface is. */
function filesOf(name: string): string[] {
  const folder = `/sys/class/net/${name}`;
  return [`${folder}/uevent`, `${folder}/tun_flags`];
}

/** Bits of a route: it is used, it leads to a router, it leads nowhere. */
const [UP, GATEWAY, REJECT] = [0x1, 0x2, 0x200];

/**
 * Returns the interfaces with a default route through a router, the one that Linux prefers first, from its tables for
 * IPv4 and IPv6. A VPN may add routes that come before it, but leaves it.
 */
export function defaultRoutes(v4: string, v6: string): string[] {
  const of4 = rowsOf(v4).flatMap(([name = '', to, , flags = '', , , metric, mask]) => {
    const bits = Number.parseInt(flags, 16);
    const isDefault = to === '00000000' && mask === '00000000' && (bits & UP) !== 0 && (bits & GATEWAY) !== 0;
    return isDefault ? [{ name, metric: Number(metric) }] : [];
  });
  const of6 = rowsOf(v6).flatMap(([to = '', length, , , , metric = '', , , flags = '', name = '']) => {
    const bits = Number.parseInt(flags, 16);
    const isDefault = /^0+$/.test(to) && length === '00' && (bits & GATEWAY) !== 0 && (bits & REJECT) === 0;
    return isDefault ? [{ name, metric: Number.parseInt(metric, 16) }] : [];
  });
  const sorted = [of4, of6].flatMap((routes) => routes.sort((a, b) => a.metric - b.metric));
  return [...new Set(sorted.map(({ name }) => name))];
}

function rowsOf(table: string): string[][] {
  return table.split('\n').map((line) => line.trim().split(/\s+/));
}

/** Resolves with the interface through which this computer would send to the internet, if it is one of `named`. */
async function routeHere(named: ReturnType<typeof interfacesHere>): Promise<string[]> {
  const address = await sourceAddress();
  return named.filter(([, all]) => all.some((one) => one.address === address)).map(([name]) => name);
}

/** Resolves with the address from which this computer would send to the internet; null if that is unknown. */
function sourceAddress(): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket('udp4');
    const answer = (address: string | null) => {
      socket.close();
      resolve(address);
    };
    socket.once('error', () => answer(null));
    // Sends nothing: this only chooses the route. The address is one for documents.
    socket.connect(9, '198.51.100.1', () => answer(socket.address().address));
  });
}
