/**
 * Asks the server of this container or machine how it is, at `/healthz`, and prints its answer. Exits with 1 if it
 * does not answer, or not with success. One that shares a database need only answer: to start it again would help
 * neither the database nor other servers, and would end what it runs.
 */
import process from 'node:process';

const { HOST = '', PORT, DATABASE_URL, DATABASE_URL_FILE } = process.env;
// A server that listens on all addresses listens on loopback, too.
const host = ['', '0.0.0.0', '::'].includes(HOST) ? '127.0.0.1' : HOST.includes(':') ? `[${HOST}]` : HOST;
const address = `http://${host}:${PORT || 8080}/healthz`;
try {
  const response = await fetch(address);
  console.log(await response.text());
  process.exitCode = response.ok || DATABASE_URL || DATABASE_URL_FILE ? 0 : 1;
} catch (error) {
  const { cause, message } = error instanceof Error ? error : new Error(String(error));
  console.log(`${address} does not answer: ${cause instanceof Error ? cause.message : message}`);
  process.exitCode = 1;
}
