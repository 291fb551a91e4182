/** A browser of a visitor, which keeps its cookie and follows no redirects. */

/** What the server answered. */
export type Answer = { status: number; headers: Headers; text: string };

export class Browser {
  readonly signal: AbortSignal;
  #url: string;
  #address: string;
  #cookie = '';

  /** `url` and `address`: see `Visited`. */
  constructor({ url, address }: { url: string; address: string }, signal: AbortSignal) {
    this.#url = url;
    this.#address = address;
    this.signal = signal;
  }

  /** Gets a page. Throws if the answer has another status, as all of these do. */
  get(page: string, status = 200): Promise<Answer> {
    return this.#request(page, { headers: { Accept: 'text/html' } }, [status]);
  }

  /** Sends JSON, as a program does. */
  send(to: string, body: Record<string, unknown>, statuses: readonly number[]): Promise<Answer> {
    const headers = { 'Content-Type': 'application/json' };
    return this.#request(to, { method: 'POST', headers, body: JSON.stringify(body) }, statuses);
  }

  /** Submits a form. Of a field with several values, each is sent. */
  submit(
    to: string,
    fields: Record<string, unknown>,
    statuses: readonly number[],
    more: Record<string, string> = {},
  ): Promise<Answer> {
    const pairs = Object.entries(fields).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)]),
    );
    const headers = { Accept: 'text/html', ...more };
    return this.#request(to, { method: 'POST', headers, body: new URLSearchParams(pairs) }, statuses);
  }

  /** Requests an address. Resolves as soon as the answer begins. */
  async open(to: string, init: RequestInit = {}): Promise<Response> {
    const own = { 'X-Forwarded-For': this.#address, ...(this.#cookie && { Cookie: this.#cookie }) };
    const response = await fetch(this.#url + to, {
      ...init,
      headers: { ...init.headers, ...own },
      redirect: 'manual',
      signal: this.signal,
    });
    this.#cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.#cookie;
    return response;
  }

  async #request(to: string, init: RequestInit, statuses: readonly number[]): Promise<Answer> {
    const response = await this.open(to, init);
    const { status, headers } = response;
    const text = await response.text();
    if (statuses.includes(status)) return { status, headers, text };
    const what = `${init.method ?? 'GET'} ${to}`;
    throw new Error(`${what}: ${status}, not ${statuses.join(' or ')}: ${text.slice(0, 300)}`);
  }
}
