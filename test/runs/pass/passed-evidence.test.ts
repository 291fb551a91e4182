/** What main is sent for the program's check: checked and bounded, whatever a process writes. */
import { Buffer } from 'node:buffer';
import { expect, it } from 'vitest';
import { Gathered, resultOf } from '../../../server/program/gathered.ts';
import { newMemory } from '../../../server/program/memory.ts';
import { VALUE_BYTES } from '../../../server/protocol/asks.ts';
import { CHECK_LINE_BYTES, type Evidence } from '../../../server/protocol/evidence.ts';
import { parseReport } from '../../../server/protocol/parse.ts';
import { LINE_BYTES } from '../../../server/protocol/wire.ts';
import { PassedEvidence } from '../../../server/runs/pass/passed-evidence.ts';

const report = (evidence: unknown) =>
  JSON.stringify({ t: 1, report: { type: 'evidence', lane: 1, evidence } });

it('parseReport: a result must be JSON, and no longer than a value may be', () => {
  const result = (json: unknown) => parseReport(report({ what: 'result', job: 0, json }));
  expect(result('{"n":0}')?.report).toMatchObject({ evidence: { json: '{"n":0}' } });
  expect(result(JSON.stringify('x'.repeat(VALUE_BYTES - 2)))).not.toBeNull();
  for (const bad of ['{"n":', '', 'undefined', 5, JSON.stringify('x'.repeat(VALUE_BYTES - 1))])
    expect(result(bad), String(bad).slice(0, 20)).toBeNull();
  expect(parseReport(report({ what: 'line', job: null, text: 'x' }))).not.toBeNull();
  expect(parseReport(report({ what: 'line', job: null, text: 'x', lane: 0 }))).toBeNull();
  expect(parseReport(report({ what: 'other', job: 0 }))).toBeNull();
});

it('resultOf: what can be copied fits into the line of a report', () => {
  for (const value of ['"'.repeat(511), '\u0001'.repeat(170), '\ud800'.repeat(170), 'é'.repeat(511)]) {
    const result = resultOf(1000, value);
    expect(Buffer.byteLength(report(result))).toBeLessThan(LINE_BYTES);
    expect(parseReport(report(result))?.report).toMatchObject({ evidence: result });
  }
  expect(resultOf(0, undefined)).toBeNull();
  expect(() => resultOf(0, '"'.repeat(512))).toThrow(RangeError);
});

it('evidence: main is sent one result for each job, and as many lines as a check is given', () => {
  const passed = new PassedEvidence();
  const gathered = new Gathered();
  const send = (evidence: Evidence) => {
    const takes = passed.takes(evidence);
    if (takes) gathered.add(evidence);
    return takes;
  };
  expect(send({ what: 'result', job: 3, json: '1' })).toBe(true);
  expect(send({ what: 'result', job: 3, json: '2' })).toBe(false);
  let sent = 0;
  while (send({ what: 'line', job: 3, text: 'x'.repeat(1000) }) && sent < 10_000) sent++;
  const { logs, results } = gathered.given(2, newMemory());
  // From the last one main knows that lines are left out.
  expect(gathered.isCut).toBe(true);
  expect(logs).toHaveLength(sent - 1);
  expect(sent * 1000).toBeLessThanOrEqual(CHECK_LINE_BYTES);
  expect(sent * 1100).toBeGreaterThan(CHECK_LINE_BYTES);
  expect(results).toEqual([undefined, undefined, undefined, 1]);
});

it('evidence: empty lines are counted, too', () => {
  const passed = new PassedEvidence();
  let sent = 0;
  while (passed.takes({ what: 'line', job: null, text: '' }) && sent < 1e6) sent++;
  expect(sent).toBeLessThan(CHECK_LINE_BYTES / 60);
});

it('Gathered: each check is given values of its own', () => {
  const gathered = new Gathered();
  gathered.add({ what: 'line', job: 0, text: 'x' });
  gathered.add({ what: 'result', job: 0, json: '[1]' });
  const memory = newMemory();
  const first = gathered.given(1, memory);
  first.logs.length = 0;
  first.shared.list.push(1);
  Object(first.results[0]).push(2);
  expect(gathered.given(1, memory)).toEqual({
    shared: { counter: 0, list: [] },
    logs: [{ job: 0, text: 'x' }],
    results: [[1]],
  });
});
