/** The network of an address, as far as its owner can change addresses at will. */
import net from 'node:net';

/**
 * Returns the network of an address as a proxy or the system writes it, also with a port: an IPv4 address itself, and
 * the first 64 bits of an IPv6 address, as `2001:db8:0:1::/64`. Returns null if the text is no address.
 */
export function networkOf(text: string): string | null {
  const host = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const [address = ''] = host.split('%', 1);
  if (net.isIPv4(address)) return address;
  if (!net.isIPv6(address)) return null;
  // As the URL standard writes it: short, in lower case, an embedded IPv4 address in hexadecimal.
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [left = [], right = []] = short.split('::').map((part) => part.split(':').filter(Boolean));
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  if (short.startsWith('::ffff:') && right.length === 3) return ipv4(groups.slice(6));
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** Returns the IPv4 address in two groups of an IPv6 address. */
function ipv4(groups: string[]): string {
  return groups
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
    .join('.');
}
