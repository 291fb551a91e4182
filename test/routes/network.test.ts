/** Networks of addresses. */
import { expect, it } from 'vitest';
import { networkOf } from '../../server/routes/network.ts';

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:4711', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:201', '192.0.2.1'],
  ['[::ffff:192.0.2.1]:80', '192.0.2.1'],
  ['2001:db8:a:b:1:2:3:4', '2001:db8:a:b::/64'],
  ['2001:0DB8:000a:b::1', '2001:db8:a:b::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['[2001:db8:0:0:1::]:443', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['unknown', null],
  ['_hidden', null],
  ['', null],
  ['192.0.2.256', null],
  ['::1::2', null],
  ['"><script>', null],
])('networkOf: %s is in %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
