/**
 * Filters of system calls, as the kernel takes them: programs of classic BPF, as in seccomp(2). For Python, which has no
 * permissions of its own, a filter is the second wall: it allows what Python needs, and no process but the first. One for
 * scripts that start processes allows them to fork. That for JavaScript denies what no program needs.
 */
import process from 'node:process';
import {
  ARCHITECTURES,
  type Architecture,
  CLONE3,
  CONDITIONAL,
  DANGEROUS,
  FORKS,
  HARMLESS,
  NEW_FROM,
} from './system-calls.ts';

/** Holds if `mask` of an argument is one of `values`. Only the lower half of an argument counts: the kernel takes no more. */
type Condition = { arg: number; mask: number; values: readonly number[] };

// From <linux/audit.h>, <linux/seccomp.h>, <linux/bpf_common.h> and <asm-generic/errno.h>.
const AUDIT_ARCH = { x64: 0xc000003e, arm64: 0xc00000b7 };
const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const failing = (errno: number) => 0x00050000 | errno;
const DENY = failing(1);
const MISSING = failing(38);
const [LOAD, AND, RETURN, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST] = [0x20, 0x54, 0x06, 0x15, 0x35];
/** Where `struct seccomp_data` has the number, the architecture, and the lower half of an argument. */
const NUMBER_AT = 0;
const ARCHITECTURE_AT = 4;
const argumentAt = (arg: number) => 16 + 8 * arg;
/** Numbers of x86-64 from here on are of its variant with short pointers, which is not used. */
const X32 = 0x40000000;

const ANY = 0xffffffff;
/** The flags with which glibc and musl start a thread: 0x3d0f00, and CLONE_DETACHED. Of these, CLONE_THREAD must be set. */
const THREAD_FLAGS = 0x7d0f00;
const CLONE_THREAD = 0x10000;
/** O_ACCMODE, O_CREAT, O_TRUNC and O_TMPFILE without O_DIRECTORY: files are opened to be read. */
const WRITING = 0x400243;

const ONLY_THREADS: Condition[] = [
  { arg: 0, mask: ((~THREAD_FLAGS & ANY) | CLONE_THREAD) >>> 0, values: [CLONE_THREAD] },
];
/** The flags with which glibc and musl fork: a signal to the parent at the end, and where thread ids are kept. */
const FORK_FLAGS = 0x1300000;
const SIGCHLD = 0x11;
/** What scripts that start processes may do beside: fork; open a file that there is to write it, and share its memory. */
const MORE: Readonly<Partial<Record<keyof typeof CONDITIONAL, readonly Condition[]>>> = {
  clone: [{ arg: 0, mask: (~FORK_FLAGS & ANY) >>> 0, values: [SIGCHLD] }],
  // MAP_SHARED, and not MAP_ANONYMOUS, of which there could be more than is counted.
  mmap: [{ arg: 3, mask: 0x2f, values: [1] }],
  open: [{ arg: 1, mask: WRITING, values: [2] }],
  openat: [{ arg: 2, mask: WRITING, values: [2] }],
};
const CONDITIONS: Readonly<Record<keyof typeof CONDITIONAL, readonly Condition[]>> = {
  clone: ONLY_THREADS,
  // MAP_PRIVATE: the system does not count shared memory as data, which is limited.
  mmap: [{ arg: 3, mask: 0xf, values: [2] }],
  open: [{ arg: 1, mask: WRITING, values: [0] }],
  openat: [{ arg: 2, mask: WRITING, values: [0] }],
  // TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
  ioctl: [{ arg: 1, mask: ANY, values: [0x5401, 0x5413, 0x541b, 0x5421, 0x5450, 0x5451] }],
  // F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC: none that makes a pipe larger, or sends signals.
  fcntl: [{ arg: 1, mask: ANY, values: [0, 1, 2, 3, 4, 1030] }],
  // PR_SET_NAME, PR_GET_NAME.
  prctl: [{ arg: 0, mask: ANY, values: [15, 16] }],
  // AF_UNIX, SOCK_STREAM: an event loop wakes itself with such a pair.
  socketpair: [
    { arg: 0, mask: ANY, values: [1] },
    { arg: 1, mask: 0xf, values: [1] },
  ],
};

/** Kinds of filters. */
export const FILTERS = ['python', 'forking', 'javascript'] as const;
export type Filter = (typeof FILTERS)[number];

/** Returns the filter for the processor of this machine, or for `architecture`; null if there is none for it. */
export function filterFor(kind: Filter, architecture: string = process.arch): Uint8Array | null {
  const found = ARCHITECTURES.find((one) => one === architecture);
  if (found === undefined) return null;
  const at = ARCHITECTURES.indexOf(found);
  const numbersOf = (calls: Readonly<Record<string, readonly (number | null)[]>>) =>
    Object.values(calls).flatMap((numbers) => numbers[at] ?? []);
  const isPython = kind !== 'javascript';
  const more: Partial<Record<string, readonly Condition[]>> = kind === 'forking' ? MORE : {};
  const conditional = Object.entries(isPython ? CONDITIONS : { clone: ONLY_THREADS });
  const checked = conditional.flatMap(([name, conditions]) =>
    numbersOf({ [name]: CONDITIONAL[name as keyof typeof CONDITIONAL] }).flatMap((call) =>
      ifCall(call, [...allowing(more[name] ?? []), ...meeting(conditions)]),
    ),
  );
  const listed = (calls: number[], verdict: number) => calls.flatMap((call) => ifCall(call, give(verdict)));
  if (isPython)
    return assemble(found, [
      ...listed(kind === 'forking' ? numbersOf({ fork: FORKS.fork ?? [] }) : [], ALLOW),
      ...listed(numbersOf(HARMLESS), ALLOW),
      ...checked,
      // What a C library of later years tries first is to look missing: then it does as it did before.
      ...jump(JUMP_IF_AT_LEAST, NEW_FROM, 0, 1),
      ...give(MISSING),
      ...give(DENY),
    ]);
  return assemble(found, [
    ...checked,
    ...listed(numbersOf({ CLONE3 }), MISSING),
    ...listed([...numbersOf(FORKS), ...numbersOf(DANGEROUS)], DENY),
    ...give(ALLOW),
  ]);
}

/** An instruction: its code, how many to skip if a comparison holds and if not, and a number. */
type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

const jump = (code: number, value: number, ifTrue: number, ifFalse: number): Instruction[] => [
  [code, ifTrue, ifFalse, value],
];
const give = (verdict: number): Instruction[] => [[RETURN, 0, 0, verdict]];
const load = (from: number): Instruction[] => [[LOAD, 0, 0, from]];

/** Does `then`, which returns a verdict, if the number that is loaded is `call`. */
function ifCall(call: number, then: Instruction[]): Instruction[] {
  return [...jump(JUMP_IF_EQUAL, call, 0, then.length), ...then];
}

/** Allows the call if all conditions are met, and denies it otherwise. */
function meeting(conditions: readonly Condition[]): Instruction[] {
  const checks = conditions.flatMap(({ arg, mask, values }) => [
    ...load(argumentAt(arg)),
    ...([[AND, 0, 0, mask]] as const),
    ...values.flatMap((value, at) => jump(JUMP_IF_EQUAL, value, values.length - at, 0)),
    ...give(DENY),
  ]);
  return [...checks, ...give(ALLOW)];
}

/** Allows the call if one of the conditions is met; otherwise, what follows decides. */
function allowing(conditions: readonly Condition[]): Instruction[] {
  return conditions.flatMap(({ arg, mask, values }) => [
    ...load(argumentAt(arg)),
    ...([[AND, 0, 0, mask]] as const),
    ...values.flatMap((value) => ifCall(value, give(ALLOW))),
  ]);
}

/** Returns the program, which first makes sure of the architecture: numbers mean something else on another. */
function assemble(architecture: Architecture, rules: Instruction[]): Uint8Array {
  const all = [
    ...load(ARCHITECTURE_AT),
    ...jump(JUMP_IF_EQUAL, AUDIT_ARCH[architecture], 1, 0),
    ...give(KILL),
    ...load(NUMBER_AT),
    ...jump(JUMP_IF_AT_LEAST, X32, 0, 1),
    ...give(KILL),
    ...rules,
  ];
  // `struct sock_filter`, in the order of bytes of both architectures.
  const bytes = new DataView(new ArrayBuffer(8 * all.length));
  for (const [at, [code, ifTrue, ifFalse, value]] of all.entries()) {
    bytes.setUint16(8 * at, code, true);
    bytes.setUint8(8 * at + 2, ifTrue);
    bytes.setUint8(8 * at + 3, ifFalse);
    bytes.setUint32(8 * at + 4, value, true);
  }
  return new Uint8Array(bytes.buffer);
}
