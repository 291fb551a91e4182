/** Whether an object itself has a property: a program may have added one of that name to all objects. */
export function hasOwn<T extends object, Key extends PropertyKey>(
  object: T,
  key: Key,
): object is Extract<T, Partial<Record<Key, unknown>>> {
  return Object.hasOwn(object, key);
}
