/**
 * Lines of the program: where an error was thrown, and where a call came from, read from stacks as V8 writes them on
 * Node and on Deno. Programs are compiled line for line (see programs/compile.ts), so a line of a stack is the line of
 * the source.
 */
import { isIn } from './text.ts';

/** Finds lines of one program, from 1; undefined if the program is not on the stack. Never throws. */
export type Lines = {
  /** Returns where the program threw `error`, or called what threw it. */
  of(error: unknown): number | undefined;
  /**
   * Returns where the program called `called`, which must be running. At most `frames` frames of other code may lie
   * between, such as `Array.map`. Each call costs 3 to 4 µs on Node, 10 to 14 µs on Deno.
   */
  ofCall(called: Called, frames?: number): number | undefined;
  /**
   * Does the same for functions that a program may call in a tight loop, but only for the first MAX_OF_FUNCTION calls
   * of each and the first MAX_FREQUENT of a thread, so that a long loop is hardly slower. Each job has its own
   * functions.
   */
  ofFrequentCall(called: Called, frames?: number): number | undefined;
  /**
   * Returns `text` without the parts of stacks that are not the program's: other frames, and the path of compiled code.
   */
  plain(text: string): string;
};

/** Most stack frames between the program and a function of the api: it may be passed to `Array.map`. */
export const MAX_FRAMES = 2;

/** A function of the api, as the identity of its frame on the stack. */
type Called = (...args: never[]) => unknown;

/** Most frequent calls that are looked up, of one function and of a thread: at most 10 ms on Node, 35 ms on Deno. */
const MAX_OF_FUNCTION = 250;
const MAX_FREQUENT = 2500;

/** Highest line accepted in an event (protocol/parse.ts). */
const MAX_LINE = 100_000;

/** Returns the lines of the program with its compiled module at `address`. */
export function linesOf(address: string): Lines {
  // The folder's name is a hash of the compiled code. The runtime may write the path above it differently, for example
  // if it contains a link.
  const [folder = '', file = ''] = address.split('/').slice(-2);
  const module = `${folder}/${file}`;
  const folderPattern = String.raw`(?:file://)?/[^\s'"()]*/${RegExp.escape(folder)}/`;
  const otherFrames = new RegExp(
    String.raw`^ +at .*(?:${folderPattern}(?:entry|ordered)\.mjs|node:|ext:)[^\n]*\n?`,
    'gm',
  );
  const compiledPaths = new RegExp(String.raw`${folderPattern}(${RegExp.escape(file)}(?:\?load=\d+)?)?`, 'g');
  const programFrame = new RegExp(`^ +at .*/${RegExp.escape(module)}(?:\\?load=\\d+)?:(\\d+):\\d+\\)?$`, 'm');

  const lineIn = (frames: string): number | undefined => {
    const line = Number(programFrame.exec(frames)?.[1]);
    return line >= 1 && line <= MAX_LINE ? line : undefined;
  };

  const above = (called: Called, frames: number): string => {
    const here: { stack?: unknown } = {};
    Error.stackTraceLimit = frames;
    Error.captureStackTrace(here, called);
    return typeof here.stack === 'string' ? here.stack : '';
  };

  const ofCall = (called: Called, frames = 0): number | undefined => {
    const limit = Error.stackTraceLimit;
    try {
      // Writing a frame as text is what costs most, and the first is nearly always the program's.
      const line = lineIn(above(called, 1));
      return line === undefined && frames > 0 ? lineIn(above(called, frames + 1)) : line;
    } catch {
      return undefined;
    } finally {
      Reflect.set(Error, 'stackTraceLimit', limit);
    }
  };
  let frequentLeft = MAX_FREQUENT;
  const lookedUp = new WeakMap<Called, number>();

  return {
    of(error) {
      try {
        // A program can throw anything, and its getters can throw too.
        const { stack, message } = error as Record<string, unknown>;
        if (typeof stack !== 'string') return undefined;
        // The message comes first, and may quote another stack.
        const at = typeof message === 'string' ? stack.indexOf(message) : -1;
        return lineIn(at < 0 ? stack : stack.slice(at + String(message).length));
      } catch {
        return undefined;
      }
    },
    plain(text) {
      if (!isIn(text, folder)) return text;
      const shortened = text
        .replace(otherFrames, '')
        .replace(compiledPaths, (_, isOwn) => (isOwn ? 'program.ts' : ''));
      return shortened.replace(/\n$/, '');
    },
    ofCall,
    ofFrequentCall(called, frames) {
      const before = lookedUp.get(called) ?? 0;
      if (before === MAX_OF_FUNCTION || frequentLeft === 0) return undefined;
      lookedUp.set(called, before + 1);
      frequentLeft--;
      return ofCall(called, frames);
    },
  };
}
