/** Answers to what the server cannot do now: it, or the person, has too much to do, or a part of it does not work. */
import type { Context } from 'hono';
import { CompilerBusyError, CompilerDownError } from '../programs/compiler.ts';
import { BusyError } from '../runs/admission/places.ts';
import { UnavailableError } from '../runs/unavailable.ts';
import { StoreError } from '../store/store-error.ts';
import { roughly } from '../words/family-time.ts';
import { noRunWords, notReadWords, notSavedWords } from '../words/unavailable-words.ts';
import { count } from '../words/units.ts';

/** When to try again, in seconds: if something could not be read or saved, and if too many programs are being compiled. */
const RETRY_SECONDS = 10;

/** Why a request is refused that may be taken at another time. */
type Refusal = {
  status: 429 | 503;
  /** A sentence for programs. */
  title: string;
  /** Sentences for people. */
  message: string;
};

/** Returns how to answer a request that failed with `error`, and sets `Retry-After`; null if it is another error. */
export function refusalOf(c: Context, error: unknown): Refusal | null {
  const isReading = c.req.method === 'GET' || c.req.method === 'HEAD';
  const reason = reasonOf(error, isReading);
  if (reason === null) return null;
  const { status, title, seconds } = reason;
  c.header('Retry-After', String(seconds));
  const time = seconds < 120 ? count(seconds, 'second') : roughly(seconds * 1000);
  return { status, title, message: `${title} Try again in ${time}.` };
}

function reasonOf(
  error: unknown,
  isReading: boolean,
): (Pick<Refusal, 'status' | 'title'> & { seconds: number }) | null {
  if (error instanceof BusyError) {
    const { message, isOwn, retryAfterSeconds: seconds } = error;
    if (isOwn) return { status: 429, title: message, seconds };
    return { status: 503, title: `The server is busy: ${message}`, seconds };
  }
  if (error instanceof CompilerBusyError)
    return { status: 503, title: `The server is busy: ${error.message}`, seconds: RETRY_SECONDS };
  if (error instanceof CompilerDownError)
    return { status: 503, title: noRunWords.compiler, seconds: RETRY_SECONDS };
  if (error instanceof UnavailableError)
    return { status: 503, title: error.message, seconds: error.retryAfterSeconds };
  if (error instanceof StoreError)
    return {
      status: 503,
      title: (isReading ? notReadWords : notSavedWords)(error.trouble),
      seconds: RETRY_SECONDS,
    };
  return null;
}
