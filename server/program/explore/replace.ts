/** Replaces what a program finds in its process where the order of its steps is given. */

/** Replaces a property, unless the runtime does not let it be replaced: replays then find that it differs. */
export function replace(object: object, name: string, value: unknown): void {
  if (Object.getOwnPropertyDescriptor(object, name)?.configurable === false) return;
  Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });
}
