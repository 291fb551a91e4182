/** The server's log as JSON, a line per message: for programs that collect logs. */
import { inspect } from 'node:util';

/** How deep the causes of an error are followed. */
const MOST_CAUSES = 5;

/**
 * Makes `out` write JSON lines: `time`, `level`, `message`, the fields of plain objects, and `error`. Returns a function
 * that ends this.
 */
export function logAsJson(out: Pick<Console, 'log' | 'warn' | 'error'> = console): () => void {
  const { log, warn, error } = out;
  out.log = (...args) => log.call(out, jsonLine('info', args));
  out.warn = (...args) => warn.call(out, jsonLine('warning', args));
  out.error = (...args) => error.call(out, jsonLine('error', args));
  return () => Object.assign(out, { log, warn, error });
}

/** Returns the line of a message. */
export function jsonLine(
  level: 'info' | 'warning' | 'error',
  args: readonly unknown[],
  now = new Date(),
): string {
  const words = args.filter((arg) => !isFields(arg) && !(arg instanceof Error));
  const message = words.map((word) => (typeof word === 'string' ? word : inspect(word))).join(' ');
  const error = args.find((arg) => arg instanceof Error);
  return JSON.stringify({
    time: now.toISOString(),
    level,
    message: message.replace(/:$/, '').toWellFormed(),
    ...Object.assign({}, ...args.filter(isFields)),
    ...(error && { error: errorFields(error) }),
  });
}

function isFields(arg: unknown): arg is Record<string, unknown> {
  return typeof arg === 'object' && arg !== null && Object.getPrototypeOf(arg) === Object.prototype;
}

function errorFields(error: Error, depth = 1): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const known = cause instanceof Error && depth < MOST_CAUSES ? errorFields(cause, depth + 1) : undefined;
  return {
    name,
    message,
    stack,
    ...('code' in error && { code: String(error.code) }),
    ...(known && { cause: known }),
  };
}
