/** Checks a submitted form or JSON completely: its fields, and the program that somebody wrote. */
import type { Context } from 'hono';
import type { ParsedSpec } from '../spec/parse.ts';
import type { CodeError, Spec } from '../spec/spec.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';

/** `codeErrors`: what is wrong with the program, if it was compiled; the message at `code` says the same. */
type CheckedSpec = (ParsedSpec & { ok: true }) | (ParsedSpec & { ok: false } & { codeErrors: CodeError[] });

/**
 * Parses and compiles what was submitted. Rejects with `BusyError` if too many programs were compiled for this person,
 * and as `Compiler.compile` does.
 */
export async function checkSpec(
  c: Context<Env>,
  playground: Playground,
  input: unknown,
): Promise<CheckedSpec> {
  const parsed = playground.parseSpec(input);
  if (!parsed.ok) return { ...parsed, codeErrors: [] };
  if (parsed.spec.code === '') return parsed;
  const { fairUse, programs } = playground;
  const { errors: codeErrors, ...script } = await fairUse.compile(c.get('user'), (took) =>
    programs.errorsIn(parsed.spec, took),
  );
  if (codeErrors.length === 0)
    return script.isScript ? { ...parsed, spec: scriptSpec(parsed.spec, script) } : parsed;
  return { ok: false, errors: { code: codeErrors.map(codeErrorWords).join('\n') }, codeErrors };
}

/** Returns the spec of a script, which is run as it is written: in the threads or the processes that it starts. */
function scriptSpec(spec: Spec, { startsProcesses = false }: { startsProcesses?: boolean }): Spec {
  return { ...spec, modes: [startsProcesses ? 'processes' : 'threads'], workers: null };
}

/** `Line 3, column 5: Expected ',', got ';'.` */
function codeErrorWords({ line, column, text }: CodeError): string {
  return `Line ${line}, column ${column}: ${text}`;
}
