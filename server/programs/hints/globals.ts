/**
 * The globals that Node and Deno have besides the language, as TypeScript declares them. Those that programs here use
 * have types. The others only exist, so that a program that uses them gets no false hint.
 */

/** Used as values and as types. */
const CLASSES = `AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy Cache CacheStorage
  CloseEvent CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DOMMatrix
  DOMMatrixReadOnly DOMPoint DOMPointReadOnly DOMQuad DOMRect DOMRectReadOnly DecompressionStream ErrorEvent Event
  EventSource EventTarget File FileReader FormData Headers ImageBitmap ImageBitmapRenderingContext ImageData Location
  Lock LockManager MessageChannel MessageEvent MessagePort Navigator NavigatorUAData OffscreenCanvas Performance
  PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList PerformanceResourceTiming ProgressEvent
  PromiseRejectionEvent QuotaExceededError ReadableByteStreamController ReadableStream ReadableStreamBYOBReader
  ReadableStreamBYOBRequest ReadableStreamDefaultController ReadableStreamDefaultReader Request Response Storage
  SubtleCrypto TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream
  TransformStreamDefaultController URL URLPattern URLSearchParams WebSocket Window Worker WritableStream
  WritableStreamDefaultController WritableStreamDefaultWriter`;

const VALUES = `Deno WebAssembly addEventListener alert caches close closed confirm createImageBitmap crypto
  dispatchEvent fetch global localStorage location name navigator onbeforeunload onerror onload onunhandledrejection
  onunload performance process prompt removeEventListener reportError self sessionStorage`;

/** The file of the api's types. */
export const TYPES = '/server/program/types.ts';
/** Names for them. If a program imported them, TypeScript would have to load all files again. */
export const JOB_API = '__JobApi';
export const MAIN_API = '__MainApi';
export const CHECK_API = '__CheckApi';

const words = (text: string) => text.split(/\s+/);

/** The declarations. */
export const GLOBALS = `declare var __promise: Promise<any>;
type ${JOB_API} = import('${TYPES}').JobApi;
type ${MAIN_API} = import('${TYPES}').MainApi;
type ${CHECK_API} = import('${TYPES}').CheckApi;
interface Console {
  log(...values: any[]): void;
  info(...values: any[]): void;
  debug(...values: any[]): void;
  warn(...values: any[]): void;
  error(...values: any[]): void;
  [name: string]: any;
}
declare var console: Console;
declare function setTimeout(callback: (...values: any[]) => void, ms?: number, ...values: any[]): any;
declare function setInterval(callback: (...values: any[]) => void, ms?: number, ...values: any[]): any;
declare function setImmediate(callback: (...values: any[]) => void, ...values: any[]): any;
declare function clearTimeout(timer?: any): void;
declare function clearInterval(timer?: any): void;
declare function clearImmediate(timer?: any): void;
declare function queueMicrotask(callback: () => void): void;
declare function structuredClone<T>(value: T, options?: any): T;
declare function atob(text: string): string;
declare function btoa(text: string): string;
interface ImportMeta { [name: string]: any }
declare namespace NodeJS { type Timeout = any; type Immediate = any; type Timer = any }
${words(CLASSES)
  .map((name) => `declare var ${name}: any; type ${name} = any;`)
  .join('\n')}
${words(VALUES)
  .map((name) => `declare var ${name}: any;`)
  .join('\n')}
`;
