/** Bodies that do not arrive whole. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type PlaygroundApp, playgroundApp } from '../playground-app.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

it.each([
  ['/runs', 'application/x-www-form-urlencoded'],
  ['/runs', 'multipart/form-data; boundary=x'],
  ['/api/runs', 'application/json'],
  ['/runs/none/cancel', 'text/plain'],
  ['/families/none/cancel', 'text/plain'],
  ['/nowhere', 'text/plain'],
])('POST %s: a body of %s that breaks off is refused with 400, and not logged', async (path, type) => {
  const complain = vi.spyOn(console, 'error');
  const parts = ['--x\r\n', new Error('aborted')];
  const body = new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      if (typeof part === 'string') controller.enqueue(new TextEncoder().encode(part));
      else controller.error(part);
    },
  });
  const init = { method: 'POST', body, headers: { 'Content-Type': type }, duplex: 'half' };
  const response = await app.request(path, init as RequestInit);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('did not arrive completely');
  expect(complain).not.toHaveBeenCalled();
  complain.mockRestore();
});
