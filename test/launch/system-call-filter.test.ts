/** The filters of system calls, executed as the kernel does: what they give for calls with certain arguments. */
import { describe, expect, it } from 'vitest';
import { FILTERS, type Filter, filterFor } from '../../server/launch/system-call-filter.ts';
import { ARCHITECTURES, type Architecture } from '../../server/launch/system-calls.ts';

const AUDIT = { x64: 0xc000003e, arm64: 0xc00000b7 };
const VERDICTS = new Map([
  [0x7fff0000, 'allowed'],
  [0x80000000, 'killed'],
  [0x00050001, 'denied'],
  [0x00050026, 'missing'],
]);

/** Returns the verdict of a filter on a call. Throws on an instruction that the kernel would not take. */
function verdictOf(filter: Uint8Array, audit: number, call: number, args: readonly bigint[] = []): string {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, call, true);
  data.setUint32(4, audit, true);
  for (const [at, arg] of args.entries()) data.setBigUint64(16 + 8 * at, arg, true);
  const code = new DataView(filter.buffer);
  let loaded = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const value = code.getUint32(at + 4, true);
    const jump = (isTrue: boolean) => {
      at += 8 * code.getUint8(at + (isTrue ? 2 : 3));
    };
    const instruction = code.getUint16(at, true);
    if (instruction === 0x20) loaded = data.getUint32(value, true);
    else if (instruction === 0x54) loaded = (loaded & value) >>> 0;
    else if (instruction === 0x15) jump(loaded === value);
    else if (instruction === 0x35) jump(loaded >= value);
    else if (instruction === 0x06) return VERDICTS.get(value) ?? `${value}`;
    else throw new Error(`There is no instruction ${instruction}.`);
  }
  throw new Error('It has no end.');
}

/** Numbers of calls that are tried, by architecture. */
const CALLS = {
  read: { x64: 0, arm64: 63 },
  openat: { x64: 257, arm64: 56 },
  clone: { x64: 56, arm64: 220 },
  socket: { x64: 41, arm64: 198 },
  socketpair: { x64: 53, arm64: 199 },
  mmap: { x64: 9, arm64: 222 },
  ioctl: { x64: 16, arm64: 29 },
  fcntl: { x64: 72, arm64: 25 },
  prctl: { x64: 157, arm64: 167 },
  execveat: { x64: 322, arm64: 281 },
  ptrace: { x64: 101, arm64: 117 },
  unshare: { x64: 272, arm64: 97 },
  mount: { x64: 165, arm64: 40 },
  bpf: { x64: 321, arm64: 280 },
  io_uring_setup: { x64: 425, arm64: 425 },
  clone3: { x64: 435, arm64: 435 },
  none: { x64: 423, arm64: 423 },
  newest: { x64: 9999, arm64: 9999 },
} satisfies Record<string, Record<Architecture, number>>;

type Row = [
  call: keyof typeof CALLS,
  args: readonly bigint[],
  python: string,
  javascript: string,
  forking?: string,
];
const ROWS: Row[] = [
  ['read', [], 'allowed', 'allowed'],
  ['openat', [0n, 0n, 0n], 'allowed', 'allowed'],
  ['openat', [0n, 0n, 0x80000n], 'allowed', 'allowed'],
  ['openat', [0n, 0n, 0x80002n], 'denied', 'allowed', 'allowed'],
  ...[0x1n, 0x40n, 0x42n, 0x202n, 0x241n, 0x400000n, 0x400002n].map(
    (flags): Row => ['openat', [0n, 0n, flags], 'denied', 'allowed'],
  ),
  // As glibc and musl start a thread, and as a process is forked, also with a flag of a thread alone.
  ['clone', [0x3d0f00n], 'allowed', 'allowed'],
  ['clone', [0x7d0f00n], 'allowed', 'allowed'],
  ['clone', [0x1200011n], 'denied', 'denied', 'allowed'],
  ['clone', [0x11n], 'denied', 'denied', 'allowed'],
  ['clone', [0x4111n], 'denied', 'denied'],
  ['clone', [0x1200000n], 'denied', 'denied'],
  ['clone', [0x11n | 0x20000000n], 'denied', 'denied'],
  ['clone', [0x3d0f00n | 0x10000000n], 'denied', 'denied'],
  ['clone', [(1n << 32n) | 17n], 'denied', 'denied', 'allowed'],
  ['socket', [1n, 1n], 'denied', 'allowed'],
  ['socketpair', [1n, 0x80801n], 'allowed', 'allowed'],
  ['socketpair', [1n, 2n], 'denied', 'allowed'],
  ['socketpair', [2n, 1n], 'denied', 'allowed'],
  ['mmap', [0n, 1n, 3n, 0x22n], 'allowed', 'allowed'],
  ['mmap', [0n, 1n, 3n, 0x21n], 'denied', 'allowed'],
  ['mmap', [0n, 1n, 3n, 0x1n], 'denied', 'allowed', 'allowed'],
  ['mmap', [0n, 1n, 3n, 0x3n], 'denied', 'allowed'],
  ['ioctl', [0n, 0x5421n], 'allowed', 'allowed'],
  // To type into a terminal: in the upper half of a number there may be anything.
  ['ioctl', [0n, 0x5412n], 'denied', 'allowed'],
  ['ioctl', [0n, (0xffn << 32n) | 0x5412n], 'denied', 'allowed'],
  ['fcntl', [0n, 1031n], 'denied', 'allowed'],
  ['prctl', [15n], 'allowed', 'allowed'],
  ['prctl', [4n], 'denied', 'allowed'],
  ['execveat', [], 'denied', 'allowed'],
  ['ptrace', [], 'denied', 'denied'],
  ['unshare', [0x10000000n], 'denied', 'denied'],
  ['mount', [], 'denied', 'denied'],
  ['bpf', [], 'denied', 'denied'],
  ['io_uring_setup', [], 'missing', 'denied'],
  ['clone3', [], 'missing', 'missing'],
  ['none', [], 'denied', 'allowed'],
  ['newest', [], 'missing', 'allowed'],
];

describe.each(FILTERS)('filterFor: for %s', (kind: Filter) => {
  const wanted = ([, , python, javascript, forking = python]: Row) => ({ python, javascript, forking })[kind];
  it.each(ARCHITECTURES)('gives what is right for calls on %s', (architecture) => {
    const filter = filterFor(kind, architecture) ?? new Uint8Array();
    const given = ROWS.map(([name, args]) =>
      verdictOf(filter, AUDIT[architecture], CALLS[name][architecture], args),
    );
    expect(given).toEqual(ROWS.map(wanted));
  });

  it('ends a process that calls as on another architecture', () => {
    const filter = filterFor(kind, 'x64') ?? new Uint8Array();
    expect(verdictOf(filter, 0x40000003, 0)).toBe('killed');
    expect(verdictOf(filter, AUDIT.arm64, 0)).toBe('killed');
    expect(verdictOf(filter, AUDIT.x64, 0x40000000)).toBe('killed');
  });

  it('is none for an architecture whose numbers are not known', () => {
    expect(filterFor(kind, 'riscv64')).toBeNull();
  });
});
