/** Chooses the address to write on the board: the one that the devices of a class most likely reach. */
import type { Found } from './interfaces.ts';
import type { Kind } from './kinds.ts';

/** The address to write on the board, and one for each other interface; `best` is null if no device can reach any. */
export type Choice = { best: Found | null; others: Found[] };

/**
 * The order of what has no route to a router, and from where on a kind is out of the question. A VPN is the last resort:
 * only devices in it reach this computer there.
 */
const ORDER: Readonly<Record<Kind, number>> = {
  hotspot: 0,
  wifi: 200,
  cable: 300,
  unknown: 400,
  vpn: 600,
  modem: 800,
  virtual: 900,
};
const ROUTED = 100;
/** Link-local addresses, which computers assign to themselves where there is no DHCP. */
const SELF_MADE = 500;
const USELESS = ORDER.modem;

/** Chooses among the addresses of this computer. */
export function chooseAddress(found: readonly Found[]): Choice {
  const sorted = found.toSorted(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      a.name.localeCompare(b.name) ||
      a.family.localeCompare(b.family) ||
      // Of several IPv6 addresses, the one with the least to write.
      a.address.length - b.address.length ||
      a.address.localeCompare(b.address),
  );
  const [first] = sorted;
  const best = first !== undefined && rankOf(first) < USELESS ? first : null;
  const names = new Set(best && [best.name]);
  const others = sorted.filter(({ name }) => !names.has(name) && names.add(name));
  return { best, others };
}

/** Reports whether devices of the same network may reach an address. */
export function isReachable(found: Found): boolean {
  return rankOf(found) < SELF_MADE;
}

/** Reports whether the address is link-local: self-assigned, because there was no DHCP. */
export function isSelfMade({ address }: Found): boolean {
  return address.startsWith('169.254.');
}

function rankOf(found: Found): number {
  const { kind, routed } = found;
  // The route through a VPN leads past the devices in the room, and no container is a router.
  const isWay = routed !== null && kind !== 'vpn' && kind !== 'modem';
  const rank = isWay && kind !== 'hotspot' ? ROUTED + routed : ORDER[kind];
  return isSelfMade(found) ? Math.max(rank, SELF_MADE) : rank;
}
