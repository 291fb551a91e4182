/** A projector that shows the room's wall: how many bytes its stream takes. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from './browser.ts';

export class WallScreen {
  /** Bytes in each second since it was opened. */
  readonly perSecond: number[] = [];

  /** Opens the wall, and shows it until the browser is closed. */
  async show(browser: Browser, path: string): Promise<void> {
    await browser.page(path);
    const response = await browser.stream(path.replace('/wall', '/events'));
    const began = performance.now();
    response.on('data', (part: Buffer) => {
      const second = Math.floor((performance.now() - began) / 1000);
      while (this.perSecond.length <= second) this.perSecond.push(0);
      this.perSecond[second] = (this.perSecond[second] ?? 0) + part.length;
    });
    response.on('error', () => {});
    await pause(0);
  }
}
