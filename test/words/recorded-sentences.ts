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
  'wait-twenty-jobs': { must: /longest job.*the sum: /, never: SHARED },
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
  'wait-pool-from-memory': { must: /longest job/, never: /processes took .* start-up/ },
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
    must: /^Cancelled while running in threads: 2 jobs were done\.$/,
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
  'timed-out': {
    must: /^One by one, threads and processes ran out of time: one by one, 1 of 4 jobs was done; in threads/,
    never: FASTER,
  },
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
  'throws-later': { must: /^One by one and the event loop failed: Error: later\.$/, never: FASTER },
  rejects: { must: /^One by one and the event loop failed: Error: nobody handles this\.$/, never: FASTER },
  exits: {
    must: /^One by one and the event loop failed: The program’s process exited with code 3\.$/,
    never: FASTER,
  },
  'exits-deno': { must: /exited with code 3\.$/, never: FASTER },
  'main-throws': { must: /^Every mode failed: Error: main will not\.$/, never: FASTER },
  'main-throws-later': { must: /^Every mode failed: Error: later\.$/, never: FASTER },
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
  'lock-all-modes': {
    must: /^On the event loop and in threads no update was lost.*in processes each process changed its own counter, and main’s is 0\.$/,
    never: /in processes no update was lost/,
  },
  'lock-deno': {
    must: /in processes each process changed its own counter, and main’s is 0\.$/,
    never: /in processes no update was lost/,
  },
  'lock-one-job': { must: /^1 job took/, never: /lock|lost/ },
  'lock-processes': { must: /^Each process changed .*, and main’s is 0\.$/, never: /no update was lost/ },
  'lost-update-all-modes': {
    must: /3 of 4 updates were lost.*in processes main’s counter stayed 0/,
    never: FASTER,
  },
  'lost-update-sequential': { must: /^The counter was 4 after either kind of update\.$/, never: /lost/ },
  'lost-update-pool-of-one': { must: /counter was 4 after either kind of update/, never: /lost/ },
  'lost-update-two-jobs': { must: /counter was 1 after either kind of update/, never: /lost/ },
  'join-all-modes': { must: /main waited .* for job 0.*one by one main did not have to wait/, never: FASTER },
  'join-one-job': { must: /^Main waited .* for job 0\.$/, never: /job 1/ },
  'join-zero-seconds': { must: /^Main waited .* for job 0\.$/, never: FASTER },
  'queue-all-modes': { must: /^Main got the 5 numbers in the order they were sent/, never: FASTER },
  'queue-one-job': { must: /^Main got 1 message/, never: /messages|numbers|order/ },
  'producer-consumer-all-modes': {
    must: /^One by one, nothing could continue: .*waits for room in the queue\.$/,
    never: FASTER,
  },
  'producer-consumer-one-job': { must: /hardly waited for room in the queue/, never: FASTER },
  'pool-of-two': { must: /^Never more than two jobs ran at once/, never: /four/ },
  'pool-without': { must: /./, never: /Never more than/ },
  'processes-deno': { must: /^Processes needed \d\.\d times the memory of threads/, never: /sooner/ },
  'computing-short': { must: /eight jobs were no faster than one/, never: /timers|late/ },
  'computing-sequential': { must: /event loop/, never: /[Tt]hreads|[Pp]rocesses/ },
  'event-loop-blocked-waits': {
    must: /On the event loop timers fired up to .* late because job 0 was computing; in threads they fired on time/,
  },
  'event-loop-blocked-all-modes': {
    must: /late because job 0 was computing; in threads and in processes they fired on time/,
    never: /One by one|one by one/,
  },
  'deadlock-all-modes': {
    must: /^Deadlock on the event loop, in threads and in processes: job 2 waits for lock B, which job 3 holds; job 3 waits for lock A, which job 2 holds\. One by one all jobs finished\.$/,
  },
  'deadlock-two-jobs': { must: /^Deadlock: job 2 waits for lock B, which job 3 holds/, never: /job [01]/ },
  'crash-all-modes': {
    must: /^In threads .* over its limit .*: main and jobs 3 and 4 died with it; in processes only job 3 did\.$/,
    never: FASTER,
  },
  'crash-deno': { must: /main and jobs 3 and 4 died with it; in processes only job 3 did\.$/, never: FASTER },
  'crash-one-job': { must: /^1 job took/, never: /killed|died/ },
  'daemon-all-modes': {
    must: /the daemon, job 1, was cut off.*one by one the daemon, job 1, finished\.$/,
    never: FASTER,
  },
  'daemon-pool-of-one': { must: /^Job 1 never began: no worker was free/, never: /cut off/ },
  'daemon-in-pool': { must: /^Job 1 was cut off when the program ended/, never: /failed/ },
  'daemon-join-all-modes': { must: /the daemon, job 1, finished, because main waited/, never: /cut off/ },
  'shared-memory-all-modes': {
    must: /in threads main’s list has 5 entries.*in processes main’s list is empty/,
  },
  'copied-memory-all-modes': {
    must: /in threads main’s list has 5 entries.*in processes main’s list is empty/,
  },
  'readers-writers-odd': {
    must: /7 jobs took \S+ to \S+ s with a lock, and 6 took \S+( to \S+)? s when readers were let in together\.$/,
  },
  'readers-writers-pool-of-two': {
    must: /6 jobs took \S+( to \S+)? s with a lock, and \S+( to \S+)? s when readers were let in together\.$/,
  },
  'semaphore-one-job': { must: /1 job took/, never: /permits|at once/ },
  'semaphore-pool-of-two': {
    must: /No more than 2 jobs were inside at once/,
    never: /3 permits, never more than 3/,
  },
  'semaphore-deno': {
    must: /6 jobs were inside at once after looking at a number; with 3 permits, never more than 3\.$/,
  },
  'wait-notify-one-job': { must: /Job 3 missed the notification/, never: FASTER },
  'wait-notify-pool-of-one': { must: /^Job 3 missed the notification/, never: /computed for/ },
  'wait-notify-deno': { must: /^Job 1 computed for .* until it saw the result; job 2 waited/, never: FASTER },
  'starvation-one-job': { must: /with a line/, never: FASTER },
  'starvation-all-modes': {
    must: /^On the event loop jobs 1 and 2 waited up to .* for their first turn, while job 0 had \d+ turns/,
    never: FASTER,
  },
  'sometimes-one-job': { must: /^The test passed: there was only one job\.$/, never: /chance|lost/ },
  'sometimes-all-modes': {
    must: /^One by one the test passed.*in processes the test failed: each process added to its own counter/,
    never: FASTER,
  },
  'which-lock-all-modes': {
    must: /2 of 4 updates were lost with two locks, none with one; in processes nothing could be lost/,
    never: FASTER,
  },
  'which-lock-one-job': { must: /^No update was lost\.$/, never: /two locks/ },
  'await-in-loop-all-modes': {
    must: /One by one 4 jobs took .*, where they did not overlap either; on the event loop, in threads and in processes 4 jobs took/,
  },
  'await-in-loop-one-job': { must: /^1 job took/, never: /loop and|Promise/ },
};
