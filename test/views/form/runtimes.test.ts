/** The choice of the runtime in the form: only those that start are offered, and it says why one is missing. */
import { expect, it } from 'vitest';
import { typedValues } from '../../../server/routes/form-values.ts';
import type { Runtime } from '../../../server/spec/runtimes.ts';
import { UNKNOWN } from '../../../views/form/expected.ts';
import { runForm } from '../../../views/form/form.ts';
import { elements } from '../../markup.ts';

/** Renders the form with a runtime that was chosen before. */
async function form(runtimes: readonly Runtime[], runtime: Runtime, isOwn = false): Promise<string> {
  const rendered = runForm({
    base: '',
    values: typedValues(new URLSearchParams({ runtime })),
    errors: {},
    codeErrors: [],
    sandbox: { runtimes: runtimes.filter((one) => one === 'deno'), why: 'Deno only.' },
    runtimes,
    expected: UNKNOWN,
    lesson: null,
    hasRun: false,
    isByHand: true,
    isFixed: false,
    isOwn,
    limits: { maxRepeat: 50, maxJobs: 100, maxProcesses: 32, passSeconds: 60 },
  });
  return (await rendered).toString();
}

function radios(html: string): string[] {
  return elements(html, 'input')
    .filter(({ attributes }) => attributes.name === 'runtime')
    .map(({ attributes }) => `${attributes.value}${'checked' in attributes ? ' checked' : ''}`);
}

it('form: a runtime that does not start is not offered, and another one is checked', async () => {
  const all = await form(['node', 'deno'], 'deno');
  expect(radios(all)).toEqual(['node', 'deno checked']);
  expect(all).not.toContain('cannot be chosen');
  const one = await form(['node'], 'deno');
  expect(radios(one)).toEqual(['node checked']);
  expect(one).toContain('Deno cannot be chosen: it does not start on this server now.');
  expect(radios(await form(['deno'], 'node'))).toEqual(['deno checked']);
  expect(radios(await form(['node', 'deno'], 'node', true))).toEqual(['node', 'deno checked']);
});
