/** What runtimes say to a program that may not do something: their advice is for whoever starts it, who is somebody else. */

/** What a program lacks, by the name of the runtimes' option that would give it. */
const LACKS: Record<string, string> = {
  net: 'network',
  import: 'network',
  read: 'files',
  write: 'files',
  'fs-read': 'files',
  'fs-write': 'files',
  run: 'other processes',
  'child-process': 'other processes',
  env: 'environment',
};

/** Advice to start the runtime with an option: Node's, and Deno's. */
const OPTION =
  /\.? Use --allow-([a-z-]+) to manage permissions\.|, run again with the --allow-([a-z-]+) flag/g;
/** Errors without advice for a name's address and for a connection: Node's, and Deno's, which has no servers to ask. */
const NO_NETWORK =
  /(?:getaddrinfo|getHostByAddr|query[A-Z]\w*|connect) (?:ERR_ACCESS_DENIED|EPERM|UNKNOWN)(?! Access)[^()]*|^Error: proto error: io error: [^()]*(?:\(.*\))?/;
/**
 * A module that is not the runtime's own: Node's errors, for a package and for an address, those of `require` on both, and
 * Deno's.
 */
const NO_MODULE =
  /\[ERR_MODULE_NOT_FOUND\]|\[ERR_UNSUPPORTED_ESM_URL_SCHEME\]|^Error: Cannot find module '|^TypeError: (?:Module not found "|npm specifiers were requested|.*A remote specifier was requested|Import ".*" not a dependency|Unsupported scheme ")/;
/** What follows such an error in further lines: where in the compiled program, and what there is instead. */
const NO_MODULE_DETAILS = /\n(?: +at |Require stack:)[\s\S]*|\. Supported schemes:[\s\S]*/;
/** Node's error for a file that is not in the folder of compiled code, the only one that a program can read. */
const NO_FILE = /^Error: ENOENT: .*$/;

/** Returns an error's text without advice on options, and with what a program lacks here. */
export function withoutAdvice(text: string): string {
  if (NO_MODULE.test(text)) {
    return `${text.replace(NO_MODULE_DETAILS, '').replace(/\.$/, '')}: a program can import only the runtime’s own modules here`;
  }
  return text
    .replace(OPTION, (_, node?: string, deno?: string) => `: ${lacks(node ?? deno ?? '')}`)
    .replace(NO_FILE, (found) => `${found}: ${lacks('read')}`)
    .replace(NO_NETWORK, (found) => `${found}: ${lacks('net')}`);
}

function lacks(option: string): string {
  return `a program has no ${LACKS[option] ?? 'such access'} here`;
}
