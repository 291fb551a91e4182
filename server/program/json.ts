/** Values as they go to another lane: as JSON, if they come back from it as they were. */
import { Buffer } from 'node:buffer';

/** Longest value of a list or a message, in bytes as JSON, so that it fits a line of a report. */
export const VALUE_BYTES = 1024;

/** A value as JSON. Throws where it, or a part of it, cannot be copied that way, or where it is too large. */
export function toJson(value: unknown): string {
  if (value === undefined) throw uncopied('undefined');
  let json: string | undefined;
  try {
    json = JSON.stringify(value, copied);
  } catch (cause) {
    if (cause instanceof UncopiedError) throw new TypeError(cause.message);
    throw new TypeError('This value cannot be copied: it has no form in JSON.', { cause });
  }
  if (json === undefined) throw new TypeError(uncopied('What toJSON made of this object').message);
  if (Buffer.byteLength(json) > VALUE_BYTES)
    throw new RangeError(`A value may have at most ${VALUE_BYTES} bytes as JSON.`);
  return json;
}

class UncopiedError extends TypeError {}

function uncopied(what: string): UncopiedError {
  return new UncopiedError(`${what} cannot be copied to another lane.`);
}

/** For `JSON.stringify`, which would leave such values out, or make nothing or null of them, and say nothing. */
function copied(this: unknown, _key: string, value: unknown): unknown {
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol')
    throw uncopied(`A ${typeof value}`);
  if (value === undefined && Array.isArray(this)) throw uncopied('undefined in a list');
  if (typeof value === 'number' && !Number.isFinite(value)) throw uncopied(String(value));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const made = Object.getPrototypeOf(value)?.constructor;
    if (made !== undefined && made !== Object)
      throw uncopied(`${/^[AEIO]/.test(made.name) ? 'An' : 'A'} ${made.name || 'class'}`);
  }
  return value;
}
