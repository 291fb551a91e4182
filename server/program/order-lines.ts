/**
 * Splits what arrives on standard input into lines. It reads byte by byte: the program may have changed any method of
 * strings and arrays, and the lane must still receive its orders.
 */
const NEWLINE = 10;
const decoder = new TextDecoder();
const decode = decoder.decode.bind(decoder);
const Bytes = Uint8Array;

/** Returns what takes each piece that arrives; it calls `onLine` with each line. */
export function lineReader(onLine: (line: string) => void): (piece: Uint8Array) => void {
  let capacity = 1024;
  let bytes = new Bytes(capacity);
  let length = 0;
  const copyOf = (size: number) => {
    const copy = new Bytes(size);
    for (let at = 0; at < length; at++) copy[at] = bytes[at] ?? 0;
    return copy;
  };
  return (piece) => {
    const { length: count } = piece;
    for (let at = 0; at < count; at++) {
      const byte = piece[at] ?? 0;
      if (byte === NEWLINE) {
        const line = decode(copyOf(length));
        length = 0;
        onLine(line);
        continue;
      }
      if (length === capacity) {
        capacity *= 2;
        bytes = copyOf(capacity);
      }
      bytes[length++] = byte;
    }
  };
}
