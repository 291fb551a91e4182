/** Which Python is found: one that starts, is new enough, and says what it is. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findPythons, PythonError } from '../../server/launch/pythons.ts';
import { PYTHON, WITHOUT } from '../python.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pythons-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Makes an executable that prints what a Python would say of itself. */
function saying(name: string, ...said: string[]): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, `#!/bin/sh\nprintf '%s' "${said.join('\\0')}" | tr '@' '\\000'\n`, { mode: 0o755 });
  return file;
}

describe('findPythons', () => {
  it('names the reason for a Python that is too old', async () => {
    const old = saying('old', '/opt/python@3.9.2@False@/opt/lib');
    const why = 'The Python of this server is 3.9.2. Python 3.11 or newer is needed.';
    await expect(findPythons(old)).rejects.toThrow(`PYTHON=${old}: cannot be used: ${why}`);
  });

  it('refuses a PYTHON that is missing, or is something else', async () => {
    for (const file of [path.join(folder, 'missing'), saying('other', 'hello')]) {
      const refused = findPythons(file);
      await expect(refused).rejects.toBeInstanceOf(PythonError);
      await expect(refused).rejects.toThrow(`PYTHON=${file}: cannot be used: no Python starts there.`);
    }
  });

  it('takes a free-threaded build for a runtime of its own', async () => {
    const free = saying('free', '/opt/python3.14t@3.14.0@True@/opt/lib');
    const { found } = await findPythons(free);
    expect(found.python).toBeUndefined();
    expect(found['python-free-threaded']).toEqual({
      ...{ file: '/opt/python3.14t', version: '3.14.0', folders: ['/opt/lib'] },
    });
  });

  it.skipIf(PYTHON === null)(`finds that of this machine${WITHOUT}`, async () => {
    const { found, why } = await findPythons(PYTHON);
    expect(why).toBe('');
    expect(found.python?.file).toBe(fs.realpathSync(PYTHON ?? ''));
    expect(found.python?.folders.every((one) => fs.existsSync(path.join(one, 'threading.py')))).toBe(true);
  });
});
