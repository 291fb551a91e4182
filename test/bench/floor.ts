/** The lower bound for any server on Node that sends the same responses: no jobs, log or routes. Prints its address. */
import http from 'node:http';

const readers = new Set<http.ServerResponse>();
const server = http.createServer((request, response) => {
  request.resume();
  if (request.method === 'POST') {
    request.on('end', () => response.end('{}'));
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  // For the first figure: an immediate response. For the last: a line to all readers, 200 times a second.
  response.write('data: [{"type":"job-started"}]\n\n');
  if (request.url === '/stream') {
    readers.add(response);
    response.on('close', () => readers.delete(response));
  } else {
    response.end('event: end\ndata:\n\n');
  }
});

const lines: string[] = [];
setInterval(() => {
  if (readers.size > 0)
    lines.push(`{"type":"log","text":"stamp ${performance.timeOrigin + performance.now()}"}`);
}, 5);
// The same gap between frames as the event log leaves for a thousand readers.
setInterval(() => {
  if (lines.length === 0) return;
  const frame = new TextEncoder().encode(`id: 1\ndata: [${lines.splice(0).join()}]\n\n`);
  for (const reader of readers) reader.write(frame);
}, 20);

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address) console.log(`http://127.0.0.1:${address.port}`);
});
