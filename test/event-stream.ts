/** Reads server-sent events like a browser: the part of WHATWG HTML § 9.2 that the playground uses. */
import type { RunEvent } from '../server/protocol/events.ts';

/** One message. `event` is `message` if the stream names none. */
export type Message = {
  id: string | null;
  event: string;
  data: string;
  retry: string | null;
  comment: string;
};

/** Returns the complete messages in `text`, each ended by an empty line. An incomplete one is ignored. */
export function messagesOf(text: string): Message[] {
  return text.split('\n\n').slice(0, -1).map(parseMessage);
}

/** Yields the messages of a response as they arrive. Leaving the loop ends the request. */
export async function* messagesIn({
  body,
}: {
  body: AsyncIterable<Uint8Array> | null;
}): AsyncGenerator<Message> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of body ?? []) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) yield parseMessage(block);
  }
}

/** Returns the events in messages. */
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
