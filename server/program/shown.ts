/** How a message shows a value that it refuses. */

/** The value as one would write it: a text in quotes, so that '1' and 1 are told apart. Never throws. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 39)}…` : value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[…]' : '{…}';
  if (typeof value === 'function') return 'a function';
  return String(value);
}
