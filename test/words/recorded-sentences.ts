/**
 * What must be in the sentence above each recorded run, and what must not, because it would be false or beside the
 * point. Figures are checked by rules.ts.
 */

/** Never true of these runs. */
const FASTER = /as fast as|faster/;
const SHARED = /shared|2 cores|cores at once/;

type Said = { must: RegExp; never?: RegExp };

/** By name; of the run in all of its modes. */
export const SAID: Record<string, Said> = {
  'wait-all-modes': {
    must: /^The event loop took as long as the longest job\b.*one by one took/,
    never: SHARED,
  },
  'wait-all-modes-deno': { must: /^The event loop took as long as the longest job\b/, never: SHARED },
  'wait-one-job': {
    must: /took about as long as one by one|no faster than one by one/,
    never: /times as fast|longest/,
  },
  'wait-two-jobs': { must: /the longest job\b/, never: SHARED },
  'wait-twenty-jobs': { must: /longest job.*the sum of all jobs/, never: SHARED },
  'wait-zero-seconds': { must: /starting them took time\.$/, never: /times as fast|longest job|cores/ },
  'wait-one-long': { must: /longest job/, never: SHARED },
  'wait-sequential-alone': {
    must: /^4 jobs took .* one by one: each began when the one before had ended\.$/,
    never: FASTER,
  },
  'wait-event-loop-alone': { must: /longest job/, never: /threads|processes|one by one/ },
  'wait-threads-alone': { must: /longest job/, never: /event loop|processes|one by one/ },
  'wait-processes-alone': { must: /overlapped|longest job/, never: /event loop|threads|one by one/ },
  'wait-without-sequential': { must: /longest job/, never: /one by one/ },
  'wait-threads-and-processes': { must: /longest job/, never: /event loop|one by one/ },
  'wait-pool-of-two': { must: /event loop|[Tt]hreads/, never: /longest job|cores/ },
  'wait-pool-of-one': {
    must: /about as long as one by one|no faster/,
    never: /overlapped|times as fast|longest/,
  },
  'wait-pool-of-more': { must: /longest job/ },
  'wait-pool-from-memory': { must: /longest job/, never: /[Pp]rocesses/ },
  'wait-most-processes': { must: /In processes 6 jobs took/, never: /longest job/ },
  'compute-all-modes': { must: /computing jobs ran one after the other/, never: /longest job|overlapped/ },
  'compute-all-modes-deno': {
    must: /computing jobs ran one after the other/,
    never: /longest job|overlapped/,
  },
  'compute-one-job': { must: /about as long as one by one|no faster/, never: /times as fast|cores/ },
  'compute-two-jobs': {
    must: /[Pp]rocesses were .* times as fast as one by one/,
    never: /longest job|event loop were/,
  },
  'compute-event-loop': {
    must: /slowed down one by one|no time was gained/,
    never: /overlapped|threads were/,
  },
  'compute-threads': { must: /^Four threads shared 2 cores/, never: /longest job|times as fast/ },
  'compute-pool-of-two': { must: /slowed down one by one|2 cores at once/, never: /overlapped|longest job/ },
  'compute-ten-jobs': { must: /[Pp]rocesses/, never: /overlapped/ },
  'compute-little': { must: /starting them took time\.$/, never: /times as fast|cores/ },
  'mixed-all-modes': { must: /waited and computed at the same time/, never: /longest job/ },
  'mixed-deno': { must: /[Pp]rocesses/, never: /cores/ },
  'wait-beside-others': { must: /longest job/, never: /other run/ },
  'compute-beside-others': { must: /one after the other/, never: /because of other runs/ },
  'compute-busy-cores': {
    must: /no faster than one by one: this machine has 2 cores, of which the jobs got/,
    never: /longest/,
  },
  'wait-busy-cores': { must: /longest job/, never: SHARED },
  'wait-stopped-program': { must: /a process of the program was stopped for/, never: FASTER },
  'cancelled-one-by-one': { must: /^Cancelled while running one by one: 2 jobs were done\.$/, never: FASTER },
  'cancelled-at-once': { must: /^Cancelled before it began\.$/ },
  'cancelled-in-threads': {
    must: /^Cancelled while running in threads: 2 of 4 jobs were done\.$/,
    never: FASTER,
  },
  'cancelled-in-second-pass': {
    must: /^Cancelled while running on the event loop: 1 of 4 jobs was done\.$/,
    never: FASTER,
  },
  'interrupted-by-server': {
    must: /^The server stopped while this ran one by one: 3 jobs were done\.$/,
    never: FASTER,
  },
  'timed-out': { must: /^One by one ran out of time: 1 of 4 jobs was done\./, never: FASTER },
  'timed-out-run': { must: /ran out of time/, never: FASTER },
  'never-resolves': {
    must: /^The event loop ran out of time: .* Main waits for job 0;/,
    never: /failed|deadlock/i,
  },
  spins: { must: /^Threads ran out of time:/, never: FASTER },
  'cut-in-threads': {
    must: /^In threads, what happened after .* is unknown: the log was cut after 100 events\.$/,
    never: FASTER,
  },
  'cut-in-second-pass': {
    must: /On the event loop, what happened after .* is unknown: the log was cut after 150 events\.$/,
    never: FASTER,
  },
  'cut-log': { must: /^In threads 2 jobs took/, never: /Unknown/ },
  throws: { must: /^Jobs 1 and 3 failed; the other 2 were done\.$/, never: FASTER },
  'throws-pool': { must: /^Jobs 1 and 3 failed; the other 2/, never: FASTER },
  'throws-one-job': { must: /about as long|no faster/, never: /failed/ },
  'throws-deno': { must: /^Jobs 1 and 3 failed; the other 2/, never: FASTER },
  'throws-deep': { must: /^All 4 jobs failed\.$/, never: FASTER },
  'throws-later': { must: /^One by one failed: Error: later\.$/, never: FASTER },
  rejects: { must: /^One by one failed: Error: nobody handles this\.$/, never: FASTER },
  exits: { must: /^One by one failed: The program’s process exited with code 3\.$/, never: FASTER },
  'exits-deno': { must: /exited with code 3\.$/, never: FASTER },
  'main-throws': { must: /^One by one failed: Error: main will not\.$/, never: FASTER },
  'main-throws-later': { must: /^One by one failed: Error: later\.$/, never: FASTER },
  'main-exits': { must: /exited with code 4\.$/, never: FASTER },
  'fails-to-load': { must: /will not load\.$/, never: /job 0|FASTER/ },
  deadlocks: { must: /waits for lock gate, held by main\.$/, never: FASTER },
  'gets-nothing': { must: /waits for a message\.$/, never: FASTER },
  bounded: { must: /waits for room in the queue\.$/, never: FASTER },
  'takes-turns': { must: /waits for lock turn, held by main\.$/, never: FASTER },
  'joins-none': { must: /overlapped/, never: /failed/ },
  'starts-twice': { must: /./, never: /overlapped|failed/ },
  daemons: { must: /./, never: /failed|cut off/ },
  'leaves-timers': { must: /without running a job\.$/, never: FASTER },
  shares: {
    must: /no update was lost; in processes each process changed a counter of its own/,
    never: FASTER,
  },
};
