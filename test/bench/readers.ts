/** Opens many streams at one address and prints, as JSON, what was delivered. Run as a separate process. */
import http from 'node:http';
import process from 'node:process';

const [url = '', count = '1000', seconds = '10'] = process.argv.slice(2);
const agent = new http.Agent({ maxSockets: Number(count) });
const latencies: number[] = [];
let events = 0;
/** All that came once every stream was open: what is streamed besides lines, too. */
let messages = 0;
let ended = 0;
let opened = 0;
let first = 0;
let last = 0;

const finish = () => {
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? null;
  const perSecond = events / Math.max(1e-3, (last - first) / 1000);
  console.log(
    JSON.stringify({ opened, ended, events, messages, perSecond, p50Ms: at(0.5), p99Ms: at(0.99) }),
  );
  process.exit(0);
};
setTimeout(finish, Number(seconds) * 1000);

for (let n = 0; n < Number(count); n++) {
  http.get(url, { agent }, (response) => {
    opened++;
    if (opened === Number(count)) console.error('open');
    response.setEncoding('latin1');
    response.on('data', (text: string) => {
      const now = performance.timeOrigin + performance.now();
      if (opened === Number(count)) messages += [...text.matchAll(/^data:/gm)].length;
      for (const found of text.matchAll(/stamp ([\d.]+)/g)) {
        if (!first) first = now;
        last = now;
        events++;
        // Count only live events: a reader that joins late gets the past at once.
        if (opened === Number(count)) latencies.push(now - Number(found[1]));
      }
    });
    response.on('end', () => {
      ended++;
      if (ended === Number(count)) finish();
    });
  });
}
