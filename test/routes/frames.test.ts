/** Frames: a chunk of a log as one message, made once for all readers, after which a cut stream can resume. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import { Frames } from '../../server/routes/frames.ts';
import { type Chunk, nextChunk } from '../../server/runs/log/log.ts';
import { shownText } from '../../server/words/shown-text.ts';
import { eventsOf, messagesOf } from '../event-stream.ts';
import { chunksOf, line, newLog, seqs, upTo, write } from '../runs/log/written-log.ts';

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const joined = (parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

describe('Frames.of', () => {
  it('of: a frame is one message; its id is the number of its last event', async () => {
    const { log } = newLog();
    write(log, 3);
    const [frames, reader] = [new Frames(), log.read(1)];
    const chunk = await nextChunk(reader);
    const messages = messagesOf(chunk ? textOf(frames.of(chunk)) : '');
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ id: '3', event: 'message' });
    expect(seqs(eventsOf(messages))).toEqual([2, 3]);
    reader.close();
  });

  it('of: readers at the same position share one serialisation', async () => {
    const { log } = newLog();
    const frames = new Frames();
    write(log, 100, 4000);
    void log.end();
    const first = (await chunksOf(log.read(0))).map((chunk) => frames.of(chunk));
    const second = (await chunksOf(log.read(0))).map((chunk) => frames.of(chunk));
    expect(second).toHaveLength(first.length);
    for (const [i, frame] of second.entries()) expect(frame).toBe(first[i]);
  });
});

describe('a stream cut anywhere', () => {
  it('frames: cut at any byte and resumed after the last complete message, every event comes once', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\n\n', 'data: x\n\nid: 9', '\r\n', '\u2028'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
        async (chunks, cuts) => {
          // Each chunk of texts becomes a separate frame for a reader that keeps up.
          const { log } = newLog();
          const frames = new Frames();
          const frameOf = (chunk: Chunk | null) => (chunk ? frames.of(chunk) : new Uint8Array());
          const follower = log.read(0);
          const sent: Uint8Array[] = [];
          for (const chunk of chunks) {
            for (const text of chunk) log.append(line(text), 0, 0);
            void log.flush();
            sent.push(frameOf(await nextChunk(follower)));
          }
          void log.end();

          const got: RunEvent[] = [];
          let lastId = 0;
          let bytes = joined(sent);
          for (const cut of cuts) {
            const messages = messagesOf(textOf(bytes.subarray(0, Math.floor(bytes.length * cut))));
            got.push(...eventsOf(messages));
            lastId = Number(messages.at(-1)?.id ?? lastId);
            bytes = joined((await chunksOf(log.read(lastId))).map(frameOf));
          }
          got.push(...eventsOf(messagesOf(textOf(bytes))));
          expect(seqs(got)).toEqual(upTo(log.lastSeq));
          expect(got.map((event) => event.type === 'log' && event.text)).toEqual(
            chunks.flat().map(shownText),
          );
        },
      ),
    );
  });
});
