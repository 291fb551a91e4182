/** The compiler's process: what happens to a program when it ends. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Guard } from '../../server/launch/guard.ts';
import { Compiler, CompilerDownError, javaScriptCompiler } from '../../server/programs/compiler.ts';
import { childrenOf, commandOf } from '../contract/processes.ts';
import { prepared } from '../prepared.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'compiler-'));
const guard = new Guard();
afterAll(async () => {
  await guard.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Starts the process of a compiler, which the test ends. Resolves with its id, too. */
async function compilerOf(entry: string): Promise<{ compiler: Compiler; pid: number }> {
  const compiler = new Compiler(javaScriptCompiler(entry), guard);
  onTestFinished(() => compiler.close());
  compiler.warm();
  const found = () => childrenOf(process.pid).find((pid) => commandOf(pid).includes(`\0${entry}\0`));
  await expect.poll(found).toBeDefined();
  return { compiler, pid: found() ?? 0 };
}

/** What the process writes first. */
const STARTED = `process.stdout.write('{"started":true}\\n');`;

describe('the compiler', () => {
  it('compiles a program again whose process is killed', async () => {
    const built = await prepared().build(path.join(folder, 'build'));
    const { compiler, pid } = await compilerOf(built.compiler);
    // It cannot answer before it is killed.
    process.kill(pid, 'SIGSTOP');
    const compiling = compiler.compile('export function job() {}');
    process.kill(pid, 'SIGKILL');
    expect(await compiling).toMatchObject({ ok: true });
  });

  it('gives up on a program whose process ends each time', async () => {
    const entry = path.join(folder, 'ends.mjs');
    fs.writeFileSync(entry, `${STARTED}process.stdin.once('data', () => process.exit(1));`);
    const { compiler } = await compilerOf(entry);
    const compiled = await compiler.compile('export function job() {}');
    expect(compiled).toMatchObject({
      ok: false,
      errors: [{ text: expect.stringContaining('its process ended') }],
    });
  });

  it('refuses programs while its process does not start, and compiles again once it does', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    const built = await prepared().build(path.join(folder, 'build'));
    const entry = path.join(folder, 'broken.mjs');
    // Not even an answer, as if something else had been installed in its place.
    fs.writeFileSync(entry, "console.log('usage: [options]'); process.exit(2);");
    const compiler = new Compiler(javaScriptCompiler(entry), guard);
    onTestFinished(() => compiler.close());
    await expect(compiler.compile('export function job() {}')).rejects.toThrow(CompilerDownError);
    expect(compiler.trouble).toBe('The compile process of JavaScript: it did not start (2).');
    await expect(compiler.compile('export function job() {}')).rejects.toThrow(CompilerDownError);
    fs.copyFileSync(built.compiler, entry);
    // Nobody asks.
    await vi.waitUntil(() => compiler.trouble === null, 30_000);
    expect(await compiler.compile('export function job() {}')).toMatchObject({ ok: true });
    expect(complain).toHaveBeenCalledOnce();
    complain.mockRestore();
  });
});
