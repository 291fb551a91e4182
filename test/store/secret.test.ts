/** The server's secret: made once, readable for its user alone, and whole or not there. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SettingsError } from '../../server/settings.ts';
import { serverSecret } from '../../server/store/secret.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'secret-'));
  file = path.join(folder, 'secret');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('serverSecret', () => {
  it('serverSecret: is made once, of 32 random bytes, and only its user can read it', () => {
    const secret = serverSecret(folder);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(serverSecret(folder)).toBe(secret);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(folder)).toEqual(['secret']);
  });

  it.each(['', 'x', `${'a'.repeat(43)}\n${'a'.repeat(43)}`, '\0'.repeat(43)])(
    'serverSecret: a damaged file (%j) is replaced, also where a server died while it wrote one',
    (damaged) => {
      fs.writeFileSync(file, damaged);
      fs.writeFileSync(`${file}.part`, 'half', { mode: 0o666 });
      const secret = serverSecret(folder);
      expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
      expect(serverSecret(folder)).toBe(secret);
      expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    },
  );

  it('serverSecret: throws a SettingsError that names the folder if it cannot be read', () => {
    fs.mkdirSync(file);
    expect(() => serverSecret(folder)).toThrow(SettingsError);
    expect(() => serverSecret(folder)).toThrow(`DATA_DIR=${folder}: `);
  });
});
