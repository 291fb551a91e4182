/** What holds of every log, whatever the program did: no fact is of another run, lane, job or time. */
import type { RunEvent } from '../../server/protocol/events.ts';

/** Whether the server itself says something of a pass, as when its main could not be started. */
const isRemark = (event: RunEvent) => event.type === 'log' && event.lane === 0 && event.job === null;

/** Returns what is wrong in the log of a run that took at most `ms`. */
export function wrongInLog(events: readonly RunEvent[], ms: number): string[] {
  const wrong = new Set<string>();
  const lanes = new Set<string>();
  events.forEach((event, at) => {
    const show = JSON.stringify(event).slice(0, 200);
    if (event.seq !== at + 1) wrong.add(`Its number is not ${at + 1}: ${show}`);
    if (!(event.atMs >= 0 && event.atMs <= ms)) wrong.add(`Its time is not within the run: ${show}`);
    // Each pass numbers its lanes from 0.
    const lane = 'lane' in event ? `${event.pass} ${event.lane}` : '';
    if (event.type === 'lane-started') {
      if (lanes.has(lane)) wrong.add(`The lane starts twice: ${show}`);
      lanes.add(lane);
    } else if ('lane' in event && !lanes.has(lane) && event.type !== 'job-never-began' && !isRemark(event))
      wrong.add(`There is no such lane: ${show}`);
    if ('peakRssBytes' in event && !((event.peakRssBytes ?? 0) < 2 ** 40))
      wrong.add(`So much memory: ${show}`);
    if ('cpuMs' in event && !((event.cpuMs ?? 0) < 1e7)) wrong.add(`So much computing: ${show}`);
  });
  if (events.at(-1)?.type !== 'run-ended') wrong.add('It has no end.');
  return [...wrong].slice(0, 5);
}
