/** Reads server-sent events as a browser does: WHATWG HTML § 9.2, as far as the playground uses it. */
import type { RunEvent } from '../server/protocol/events.ts';

/** One message; `event` is `message` where the stream names none. */
export type Message = {
  id: string | null;
  event: string;
  data: string;
  retry: string | null;
  comment: string;
};

/** The messages in `text` that are complete, each ended by an empty line; what was cut off counts for nothing. */
export function messagesOf(text: string): Message[] {
  return text.split('\n\n').slice(0, -1).map(parseMessage);
}

/** The messages of a response as they arrive. Leaving the loop ends the request. */
export async function* messagesIn(response: Response): AsyncGenerator<Message> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) yield parseMessage(block);
  }
}

/** The events in messages. */
export function eventsOf(messages: readonly Message[]): RunEvent[] {
  return messages.flatMap(({ event, data }) => (event === 'message' && data !== '' ? JSON.parse(data) : []));
}

function parseMessage(block: string): Message {
  const message: Message = { id: null, event: 'message', data: '', retry: null, comment: '' };
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === '') message.comment += value;
    if (name === 'data') message.data += value;
    if (name === 'id' || name === 'event' || name === 'retry') message[name] = value;
  }
  return message;
}
