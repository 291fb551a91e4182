/** What an interface is, by its name, its address, and what the system says about it. */

/** `hotspot`: this computer’s own. `virtual`: for containers and virtual machines on this computer. */
export type Kind = 'hotspot' | 'wifi' | 'cable' | 'unknown' | 'vpn' | 'modem' | 'virtual';

/** An address of an interface, as `os.networkInterfaces()` has it. */
type Address = { name: string; address: string; netmask: string; mac: string };

/** What Linux says about an interface: its type, such as `wlan` or `bridge`, and whether a program is its other end. */
type Device = { type: string | null; isTun: boolean };

/** Names on Linux, macOS and Windows. */
const NAMES: readonly (readonly [Kind, RegExp])[] = [
  ['vpn', /^(tun|tap|utun|wg|tailscale|zt|feth|ipsec|nordlynx|proton|gpd|cscotun|wt|nebula)\w*$/i],
  ['vpn', /vpn|wireguard|tailscale|zerotier|tap-windows|anyconnect|globalprotect|fortinet|wintun/i],
  ['modem', /^(ww|ppp|rmnet)|cellular|mobile broadband|mobilfunk/i],
  ['virtual', /^(docker|br-[0-9a-f]{12}$|veth|podman|cni|flannel|cali|cilium|lxc|lxd|incus|kube|weave|ovs)/i],
  ['virtual', /^(virbr|vnet|vmnet|vmenet|vboxnet|vethernet|ifb|anpi)|vmware|virtualbox|hyper-v|npcap/i],
  ['wifi', /^(wl|ath\d|ra\d|ap\d)|wi-?fi|wlan|wireless|drahtlos|sans fil/i],
  ['cable', /^(eth|en[a-z]*\d|em\d|usb\d|lan)|ethernet|local area connection/i],
];

/** Hardware addresses of Docker’s interfaces, of VirtualBox’s, and of VMware’s on the host. */
const VIRTUAL_MAC = /^(02:42:|0a:00:27:|00:50:56:c0:)/i;
const NO_MAC = '00:00:00:00:00:00';

/** Addresses that Linux (NetworkManager) and Windows give to the interface of a hotspot of their own. */
const HOTSPOT = /^(10\.42\.\d+\.1|192\.168\.137\.1)$/;
/** macOS makes such a bridge for Internet Sharing, and with other addresses for virtual machines. */
const MAC_BRIDGE = /^bridge1\d\d$/;
const MAC_SHARING = /^192\.168\.[2-9]\.1$/;

/** Returns what the interface of an address is. */
export function kindOf({ name, address, netmask, mac }: Address, { type, isTun }: Device): Kind {
  const [byName = 'unknown'] = NAMES.find(([, names]) => names.test(name)) ?? [];
  if (byName === 'modem') return byName;
  // Without a hardware address, or alone in its network, an interface has no neighbours.
  if (isTun || type === 'wireguard' || mac === NO_MAC || netmask === '255.255.255.255') return 'vpn';
  if (MAC_BRIDGE.test(name)) return MAC_SHARING.test(address) ? 'hotspot' : 'virtual';
  if (byName === 'vpn' || byName === 'virtual' || VIRTUAL_MAC.test(mac))
    return byName === 'vpn' ? 'vpn' : 'virtual';
  if (HOTSPOT.test(address)) return 'hotspot';
  if (type === 'bridge') return 'virtual';
  return type === 'wlan' ? 'wifi' : byName;
}
