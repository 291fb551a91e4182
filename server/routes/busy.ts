/** What people read when the server, or they themselves, have too much to do. */
import type { BusyError } from '../runs/places.ts';
import { roughly } from '../words/family-time.ts';
import { count } from '../words/units.ts';

/** Says why something was refused that another time would be taken. */
export function busyWords({ message, isOwn, retryAfterSeconds }: BusyError): string {
  const time =
    retryAfterSeconds < 120 ? count(retryAfterSeconds, 'second') : roughly(retryAfterSeconds * 1000);
  return `${isOwn ? '' : 'The server is busy: '}${message} Try again in ${time}.`;
}
