/** Which address is written on the board, on computers as they are: Linux, macOS and Windows, with what is on them. */
import { describe, expect, it } from 'vitest';
import { chooseAddress } from '../../server/network/choose.ts';
import { defaultRoutes, type Found } from '../../server/network/interfaces.ts';
import { kindOf } from '../../server/network/kinds.ts';
import { otherWords, urlAt, whyWords } from '../../server/network/words.ts';

/** An interface as `name address`, with `/32`, `no mac` or a hardware address after it, and whether it is routed. */
function computer(lines: readonly string[], routed: readonly string[] = []): Found[] {
  return lines.map((line) => {
    const [name = '', address = '', mac = '3c:22:fb:01:02:03'] = line.split(/ {2,}/);
    const [plain = '', bits] = address.split('/');
    const netmask = bits === '32' ? '255.255.255.255' : '255.255.255.0';
    return {
      name,
      address: plain,
      family: plain.includes(':') ? 'IPv6' : 'IPv4',
      kind: kindOf({ name, address: plain, netmask, mac }, { type: null, isTun: false }),
      routed: routed.includes(name) ? routed.indexOf(name) : null,
    };
  });
}

const NO_MAC = '00:00:00:00:00:00';
const DOCKER = ['docker0  172.17.0.1', 'br-0123456789ab  172.18.0.1', 'veth12ab34c  10.9.9.9'];

describe('chooseAddress', () => {
  it.each([
    ['wlp3s0  192.168.1.5', [...DOCKER, 'virbr0  192.168.122.1', 'wlp3s0  192.168.1.5'], ['wlp3s0']],
    // A VPN has the route, or stands before the one of the network.
    ['wlp3s0  192.168.1.5', ['tun0  10.8.0.2  no', 'wlp3s0  192.168.1.5'], ['tun0', 'wlp3s0']],
    ['wlp3s0  192.168.1.5', [`wg-home  10.8.0.2/32  ${NO_MAC}`, 'wlp3s0  192.168.1.5'], ['wg-home']],
    [
      'enp0s31f6  10.1.2.3',
      ['tailscale0  100.64.3.4/32', 'enp0s31f6  10.1.2.3', 'wlan0  10.9.0.4'],
      ['enp0s31f6'],
    ],
    // No route at all: a switch, or an access point without internet.
    ['wlan0  192.168.4.7', [...DOCKER, 'enp3s0  169.254.7.7', 'wlan0  192.168.4.7'], []],
    ['wlan0  192.168.4.7', ['eth0  192.168.0.7', 'wlan0  192.168.4.7'], []],
    // Its own hotspot, beside the network that it shares.
    ['wlan0  10.42.0.1', ['eth0  10.1.2.3', 'wlan0  10.42.0.1', 'cni0  10.42.0.1'], ['eth0']],
    [
      'Local Area Connection* 10  192.168.137.1',
      ['Wi-Fi  10.1.2.3', 'Local Area Connection* 10  192.168.137.1'],
      ['Wi-Fi'],
    ],
    ['bridge100  192.168.2.1', ['en0  10.1.2.3', 'bridge100  192.168.2.1'], ['en0']],
    // macOS, with its own interfaces and a virtual machine's.
    [
      'en0  192.168.1.5',
      [
        `utun4  100.100.1.2/32  ${NO_MAC}`,
        'bridge100  192.168.64.1',
        'vmenet0  192.168.65.1',
        'en0  192.168.1.5',
      ],
      [],
    ],
    // Windows, also in German.
    [
      'WLAN  192.168.1.5',
      [
        'vEthernet (WSL (Hyper-V firewall))  172.29.0.1',
        'Ethernet 3  192.168.56.1  0a:00:27:00:00:0b',
        'VMware Network Adapter VMnet8  192.168.80.1',
        'WLAN  192.168.1.5',
      ],
      [],
    ],
    [
      'Wi-Fi  192.168.1.5',
      ['OpenVPN TAP-Windows6  10.8.0.6', 'Ethernet  169.254.3.3', 'Wi-Fi  192.168.1.5'],
      [],
    ],
    // Its network goes through a switch for virtual machines.
    [
      'vEthernet (External)  192.168.1.5',
      ['vEthernet (External)  192.168.1.5', 'vEthernet (Default Switch)  172.20.0.1'],
      ['vEthernet (External)'],
    ],
    ['br0  192.168.1.5', ['br0  192.168.1.5', 'docker0  172.17.0.1'], ['br0']],
    // A modem's address is the provider's.
    ['wlan0  192.168.4.7', ['wwan0  10.170.1.2', 'wlan0  192.168.4.7'], ['wwan0']],
    // IPv6 alone; of several addresses the one with the least to write.
    [
      'eth0  fd12::5',
      ['eth0  2001:db8:1:2:3c22:fbff:fe01:203', 'eth0  fd12::5', 'docker0  172.17.0.1'],
      ['eth0'],
    ],
    ['eth0  192.168.1.5', ['eth0  fd12::5', 'eth0  192.168.1.5'], ['eth0']],
    // What there is, if there is nothing better.
    ['eth0  169.254.7.7', ['eth0  169.254.7.7', 'docker0  172.17.0.1'], []],
    ['tailscale0  100.64.3.4', ['tailscale0  100.64.3.4', 'docker0  172.17.0.1'], []],
    [null, ['docker0  172.17.0.1', 'virbr0  192.168.122.1', 'wwan0  10.170.1.2'], ['wwan0']],
    [null, [], []],
  ])('chooseAddress: %s of %j, with a route through %j', (expected, lines, routed) => {
    const { best } = chooseAddress(computer(lines, routed));
    expect(best && `${best.name}  ${best.address}`).toBe(expected);
  });

  it('chooseAddress: in any order of the interfaces it is the same', () => {
    const found = computer([
      ...DOCKER,
      'eth0  10.1.2.3',
      'wlan0  192.168.4.7',
      'wlan1  192.168.5.7',
      'tun0  10.8.0.2',
    ]);
    const choice = chooseAddress(found);
    expect(choice.best?.name).toBe('wlan0');
    expect(choice.others.map(({ name }) => name).slice(0, 3)).toEqual(['wlan1', 'eth0', 'tun0']);
    expect(chooseAddress(found.toReversed())).toEqual(choice);
  });

  it('whyWords: says what the address belongs to, and what the others are for', () => {
    const why = (lines: string[], routed: string[] = []) => whyWords(chooseAddress(computer(lines, routed)));
    expect(why(['eth0  10.1.2.3'])).toBe('It is the only address of this computer, on eth0 (cable).');
    expect(why(['eth0  10.1.2.3', 'wlan0  10.2.2.3'], ['wlan0'])).toBe(
      'It is on wlan0 (Wi-Fi), which leads to the router that this computer uses.',
    );
    expect(why(['eth0  10.1.2.3', 'wlan0  10.2.2.3'])).toContain('most likely');
    expect(why(['docker0  172.17.0.1', 'wlan0  10.2.2.3'])).toContain(
      'the only connection that other devices can reach',
    );
    expect(why(['eth0  10.1.2.3', 'wlan0  10.42.0.1'])).toContain('hotspot');
    expect(why(['eth0  169.254.7.7'])).toContain('No router gave this computer an address');
    const { best, others } = chooseAddress(
      computer(['eth0  fd12::5', 'tun0  10.8.0.2', 'docker0  172.17.0.1']),
    );
    expect(best && urlAt(best, 8080)).toBe('http://[fd12::5]:8080');
    expect(best && urlAt(best, 80)).toBe('http://[fd12::5]');
    expect(otherWords(others, 8080)).toEqual([
      'http://10.8.0.2:8080 is on tun0 (VPN): only devices in the same VPN reach it.',
      'http://172.17.0.1:8080 is on docker0 (containers or virtual machines): no other device reaches it.',
    ]);
  });
});

it('defaultRoutes: the way to a router, the one with the lowest metric first, IPv4 before IPv6; no half of a VPN', () => {
  const v4 = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t0100010A\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t0000010A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
`;
  const zero = '0'.repeat(32);
  const v6 = `${zero} 00 ${zero} 00 fe800000000000000000000000000001 00000400 00000003 00000000 00000003     usb0
${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo
`;
  expect(defaultRoutes(v4, v6)).toEqual(['eth0', 'wlan0', 'usb0']);
  expect(defaultRoutes('', '')).toEqual([]);
});
