/** Another site, with a page of the test's own that frames the playground. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export type OtherSite = {
  /** Its address, by a host name that makes it another site than the playground's to a browser. */
  url: string;
  /** Sets the content of its page. */
  show(html: string): void;
  close(): void;
};

/** Starts the site at `hostname`, one of this machine's names: the playground is at another. */
export async function otherSite(hostname = 'localhost'): Promise<OtherSite> {
  let content = '';
  const site = http.createServer((_, response) => {
    response
      .setHeader('Content-Type', 'text/html')
      .end(`<!doctype html><link rel="icon" href="data:,">${content}`);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  return {
    url: `http://${hostname}:${(site.address() as AddressInfo).port}`,
    show(html) {
      content = html;
    },
    close: () => site.close(),
  };
}
