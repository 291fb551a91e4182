/** A server that works in turns once it is asked for `/work`, and answers anything else with the turns taken so far. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { nextTurn } from '../../server/launch/turn.ts';

const TURNS = 100;
const TURN_MS = 4;
let turns = 0;

async function work(): Promise<void> {
  while (turns < TURNS) {
    const began = performance.now();
    while (performance.now() - began < TURN_MS);
    turns++;
    await nextTurn();
  }
}

const server = http.createServer((request, response) => {
  response.end(String(turns));
  if (request.url === '/work') void work();
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
