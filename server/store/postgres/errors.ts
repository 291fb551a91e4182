/** What an error of PostgreSQL, or of the way to it, means. See PostgreSQL's appendix “Error Codes”. */
import pg from 'pg';
import type { StorageTrouble } from '../../words/unavailable-words.ts';

/** By the five characters of a code, or the first two of them, its class. */
const BY_STATE: Record<string, StorageTrouble> = {
  '08': 'unreachable',
  '28': 'refused',
  '3D000': 'refused',
  '53': 'database-busy',
  '53100': 'database-full',
  '40': 'database-busy',
  '55P03': 'database-busy',
  '57014': 'database-busy',
  // It shuts down, has crashed, or is starting.
  '57P01': 'unreachable',
  '57P02': 'unreachable',
  '57P03': 'unreachable',
  '57P05': 'unreachable',
  // A transaction of ours waited for too long.
  '25P03': 'unreachable',
  '25006': 'database-read-only',
  '42501': 'database-read-only',
  '58': 'database-failing',
  XX: 'database-failing',
  F0: 'database-failing',
  // Tables of ours are gone.
  '3F': 'database-failing',
  '42P01': 'database-failing',
  '42703': 'database-failing',
};

/** Returns what is wrong with the database; null if it works, and has refused a statement for what it says. */
export function postgresTrouble(error: unknown): StorageTrouble | null {
  if (!(error instanceof Error)) return null;
  const state = stateOf(error);
  if (state !== null) return BY_STATE[state] ?? BY_STATE[state.slice(0, 2)] ?? null;
  // The driver’s own errors, and the system’s: there is no connection, or no answer on it.
  return error instanceof TypeError || error instanceof RangeError ? null : 'unreachable';
}

/** Reports whether a connection is of no further use after an error. */
export function lostConnection(error: unknown): boolean {
  return error instanceof Error && postgresTrouble(error) === 'unreachable';
}

/** Reports whether a transaction was ended because it and another had waited for each other. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof Error && stateOf(error) === '40P01';
}

/** Returns the code that the database gave to an error; null if the error is not the database's. */
export function stateOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}

/** Codes of Node's for a certificate from an authority that is not trusted. */
const FROM_STRANGERS = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];
/** The one for a certificate with another name. */
const OTHER_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';

/** What the driver says, without a code, if the database does not encrypt although its URL demands it. */
const UNENCRYPTED = 'The server does not support SSL connections';

/**
 * Reports whether there was no connection since the URL and the database do not agree on encryption: its certificate is
 * not accepted, or it has none. Another attempt would end the same way.
 */
export function isUntrusted(error: unknown): boolean {
  return isUnencrypted(error) || [...FROM_STRANGERS, OTHER_NAME].includes(codeOf(error));
}

function isUnencrypted(error: unknown): boolean {
  return error instanceof Error && error.message === UNENCRYPTED;
}

/** Returns why a statement failed, for the operator; empty if the error does not say. */
export function reasonOf(error: unknown): string {
  if (FROM_STRANGERS.includes(codeOf(error)))
    return 'its certificate is from no authority that is trusted here. Name that with sslrootcert';
  if (isUnencrypted(error))
    return 'it does not encrypt connections. Turn ssl on there, or leave out sslmode if it is on this machine';
  // A name with several addresses was tried at each.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
