/**
 * The language as it was before the program was loaded, for the rest of the child side: a program can change every
 * object of it, and its run must still report what happens. The build puts these in the place of the globals of the
 * same name (programs/build.ts). Methods of arrays, strings and promises are not among them: where one of those is gone
 * the lane fails, and reports that with what is here.
 */

const { create, defineProperty, freeze, getOwnPropertyDescriptor, getOwnPropertyDescriptors } =
  globalThis.Object;

/** Returns an object with the properties of `original`, which cannot be changed. */
function copyOf<T extends object>(original: T): Readonly<T> {
  return freeze(create(null, getOwnPropertyDescriptors(original)));
}

/** Gives a subclass the methods of its base, as its own. */
function keepMethods(own: { prototype: object }, base: { prototype: object }): void {
  for (const name of globalThis.Reflect.ownKeys(base.prototype)) {
    const method = getOwnPropertyDescriptor(base.prototype, name);
    if (method && name !== 'constructor') defineProperty(own.prototype, name, method);
  }
  freeze(own.prototype);
}

class OwnMap<K, V> extends globalThis.Map<K, V> {}
class OwnSet<T> extends globalThis.Set<T> {}
class OwnWeakMap<K extends WeakKey, V> extends globalThis.WeakMap<K, V> {}
keepMethods(OwnMap, globalThis.Map);
keepMethods(OwnSet, globalThis.Set);
keepMethods(OwnWeakMap, globalThis.WeakMap);

const OwnJSON = copyOf(globalThis.JSON);
const OwnMath = copyOf(globalThis.Math);
const OwnAtomics = copyOf(globalThis.Atomics);
const OwnReflect = copyOf(globalThis.Reflect);
const OwnObject = copyOf(globalThis.Object);

/** `String` and `Number` are called, too. */
const asString = globalThis.String;
const asNumber = globalThis.Number;
const OwnString = freeze(
  globalThis.Object.assign((value: unknown): string => asString(value), { raw: asString.raw }),
);
const { isInteger, isFinite: isFiniteNumber, POSITIVE_INFINITY, NEGATIVE_INFINITY } = asNumber;
const OwnNumber = freeze(
  globalThis.Object.assign((value: unknown): number => asNumber(value), {
    isInteger,
    isFinite: isFiniteNumber,
    POSITIVE_INFINITY,
    NEGATIVE_INFINITY,
  }),
);

const clock = globalThis.performance;
const ownPerformance = freeze({ now: clock.now.bind(clock), timeOrigin: clock.timeOrigin });

// Compared and constructed as they are; only the names are kept.
const {
  Array: KeptArray,
  DataView: KeptDataView,
  Error: KeptError,
  Int32Array: KeptInt32Array,
  Promise: KeptPromise,
  RangeError: KeptRangeError,
  RegExp: KeptRegExp,
  SharedArrayBuffer: KeptSharedArrayBuffer,
  TextDecoder: KeptTextDecoder,
  TextEncoder: KeptTextEncoder,
  TypeError: KeptTypeError,
  Uint8Array: KeptUint8Array,
  URL: KeptURL,
} = globalThis;

export {
  KeptArray as Array,
  KeptDataView as DataView,
  KeptError as Error,
  KeptInt32Array as Int32Array,
  KeptPromise as Promise,
  KeptRangeError as RangeError,
  KeptRegExp as RegExp,
  KeptSharedArrayBuffer as SharedArrayBuffer,
  KeptTextDecoder as TextDecoder,
  KeptTextEncoder as TextEncoder,
  KeptTypeError as TypeError,
  KeptUint8Array as Uint8Array,
  KeptURL as URL,
  OwnAtomics as Atomics,
  OwnJSON as JSON,
  OwnMap as Map,
  OwnMath as Math,
  OwnNumber as Number,
  OwnObject as Object,
  OwnReflect as Reflect,
  OwnSet as Set,
  OwnString as String,
  OwnWeakMap as WeakMap,
  ownPerformance as performance,
};
