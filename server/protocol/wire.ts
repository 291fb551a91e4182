/**
 * The wire between the server and the processes it launches: lines of JSON. The server writes orders (orders.ts) to a
 * process's standard input. The process writes reports (reports.ts) to its standard output, from whichever thread they
 * concern, and the server checks each (parse.ts) before it believes it.
 *
 *             orders: begin-main, answer, queue-state, evidence      orders: begin-lane, run-job, close-lane,
 *                     lane-opened, job-ended, lane-ended                     answer, queue-state
 *            ┌────────────────────────────────────────── server ─────────────────────────────────────────┐
 *            ▼                                          ▲      ▲                                          ▼
 *   main of the program                                 │      │                                 lane (child process)
 *            └──────────────────────────────────────────┘      └──────────────────────────────────────────┘
 *             reports: hello, facts, ask, bye, start-job,            reports: hello, facts, ask, bye, evidence
 *                      open-lane, run-job, close-lane, check-started
 *
 * A process says hello once it has booted and waits for its first order. Facts (facts.ts) that pass the check become
 * events (events.ts) of the run's log. The queue, the locks and their like (asks.ts) are asked over the same wire
 * where jobs are processes; threads of main's process ask main itself.
 */

/** Longest line of a report in bytes, its newline included: below PIPE_BUF, so lines of several threads never mix. */
export const LINE_BYTES = 4096;
