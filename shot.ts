import { chromium } from 'playwright-core';
import { unpackChromium } from './test/browser/chromium.ts';
import { readFileSync } from 'node:fs';
const c = await unpackChromium();
const browser = await chromium.launch({ executablePath: c.executable, args: c.args });
process.on('exit', () => c.remove());
const B = 'http://127.0.0.1:5977';
const O = '/tmp/w/h15-shots';
const light = async () => (await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' }));
const dark = async () => (await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' }));
const faults: string[] = [];
const watch = (page: any, n: string) => { page.on('console', (m: any) => { if (m.type() === 'error' || m.type()==='warning') faults.push(n + ' ' + m.text()); }); page.on('pageerror', (e: any) => faults.push(n + ' ' + e)); };
const open = async (ctx: any, n = 'p') => { const page = await ctx.newPage(); watch(page, n); return page; };
const shot = (page: any, name: string, full = true) => page.screenshot({ path: `${O}/${name}.png`, fullPage: full });
const script = await import(process.argv[2]!);
try { await script.default({ B, light, dark, open, shot, browser, faults }); } catch (e) { console.log('ERR', e); }
console.log('faults', faults);
await browser.close();
process.exit(0);
