/** Values on their way to another lane: as JSON, if parsing it gives them back unchanged. */
import { VALUE_BYTES } from '../protocol/asks.ts';
import { Buffer } from './builtins.ts';

/** Returns a value as JSON. Throws if it, or a part of it, cannot be copied that way, or if it is too large. */
export function toJson(value: unknown): string {
  if (value === undefined) throw uncopied('undefined');
  let json: string | undefined;
  try {
    json = JSON.stringify(value, refuseUncopied);
  } catch (error) {
    if (error instanceof UncopiedError) throw new TypeError(error.message);
    throw new TypeError('This value cannot be copied: it cannot be written as JSON.');
  }
  if (json === undefined) throw new TypeError(uncopied('What toJSON returned for this object').message);
  if (Buffer.byteLength(json) > VALUE_BYTES)
    throw new RangeError(`A value may have at most ${VALUE_BYTES} bytes as JSON.`);
  return json;
}

class UncopiedError extends TypeError {}

function uncopied(what: string): UncopiedError {
  return new UncopiedError(`${what} cannot be copied to another lane.`);
}

/** A replacer for `JSON.stringify`, which would silently omit such values or turn them into null or {}. */
function refuseUncopied(this: unknown, _key: string, value: unknown): unknown {
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol')
    throw uncopied(`A ${typeof value}`);
  if (value === undefined && Array.isArray(this)) throw uncopied('undefined in a list');
  if (typeof value === 'number' && !Number.isFinite(value)) throw uncopied(String(value));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && prototype !== Object.prototype) {
      const name = prototype.constructor?.name || 'class';
      throw uncopied(`${/^[AEIO]/.test(name) ? 'An' : 'A'} ${name}`);
    }
  }
  return value;
}
