/** What a class start prints in the terminal. */
import type { Choice } from './choose.ts';
import { isReachable, isSelfMade } from './choose.ts';
import type { Found } from './interfaces.ts';
import type { Kind } from './kinds.ts';

const KIND_WORDS: Readonly<Record<Kind, string>> = {
  hotspot: ' (this computer’s own hotspot)',
  wifi: ' (Wi-Fi)',
  cable: ' (cable)',
  unknown: '',
  vpn: ' (VPN)',
  modem: ' (mobile data)',
  virtual: ' (containers or virtual machines)',
};

/** Returns the address of the server at one of this computer’s addresses. */
export function urlAt({ address, family }: Pick<Found, 'address' | 'family'>, port: number): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}${port === 80 ? '' : `:${port}`}`;
}

/** Returns why this address is the one to write on the board. */
export function whyWords({ best, others }: Choice): string {
  if (best === null) return '';
  const at = `${best.name}${KIND_WORDS[best.kind]}`;
  if (isSelfMade(best))
    return `It is the only one, on ${at}. No router gave this computer an address, so only devices on the same cable or hotspot reach it.`;
  if (best.kind === 'vpn') return `It is the only one, on ${at}: only devices in the same VPN reach it.`;
  if (best.kind === 'hotspot') return `It is on ${at}: devices that join the hotspot reach it.`;
  if (others.length === 0) return `It is the only address of this computer, on ${at}.`;
  if (best.routed !== null) return `It is on ${at}, which leads to the router that this computer uses.`;
  if (others.some((one) => isReachable(one)))
    return `It is on ${at}, most likely where the other devices are.`;
  return `It is on ${at}, the only connection that other devices can reach.`;
}

/** Returns a line for each other interface: the address there, and whom it is for. */
export function otherWords(others: readonly Found[], port: number): string[] {
  return others.map((found) => {
    const at = `${urlAt(found, port)} is on ${found.name}${KIND_WORDS[found.kind]}`;
    switch (found.kind) {
      case 'virtual':
        return `${at}: no other device reaches it.`;
      case 'vpn':
        return `${at}: only devices in the same VPN reach it.`;
      case 'modem':
        return `${at}: usually no other device reaches it.`;
      default:
        return isSelfMade(found)
          ? `${at}: no router gave it an address.`
          : `${at}: for devices in that network.`;
    }
  });
}

/** What there is to say if no other device can reach this computer. */
export const NO_NETWORK =
  'This computer is in no network that other devices could join. Connect it to one, or turn on a hotspot: its address then appears here.';

export const NOBODY_YET = 'No other device has connected yet.';
export const CONNECTED = 'Another device has connected: the address works.';

/** What to try if other devices do not get through. `vpn` is the name of an interface of a VPN. */
export function hotspotHint(port: number, vpn: string | null): string {
  return [
    'Still no other device has connected. If the address does not open on a phone in the same network, the network may keep its devices apart (“client isolation”), as many at schools do,',
    `or this computer’s firewall may block port ${port}.`,
    ...(vpn === null ? [] : [`The VPN (${vpn}) may be in the way, too: turn it off.`]),
    'A hotspot helps: turn one on, on a phone or on this computer, and connect this computer and all others to it. It needs no internet. The new address then appears here.',
  ].join(' ');
}

/** In WSL 2, Windows is between this system and the network. */
export function wslHint(port: number, address: string): string {
  return `This is WSL: other devices reach it only if .wslconfig says networkingMode=mirrored, or if Windows passes the port on (as administrator: netsh interface portproxy add v4tov4 listenport=${port} connectport=${port} connectaddress=${address}). In the second case, write the address of Windows on the board.`;
}
