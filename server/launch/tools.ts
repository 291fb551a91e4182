/** Finds the system tools that can confine processes, the runtimes for JavaScript, and the libraries that they are linked with. */
import fs from 'node:fs';
import path from 'node:path';
import { JAVASCRIPT, type JavaScript } from '../spec/runtimes.ts';
import { executable, isInstalled, unchanged } from './runtimes.ts';
import { linesOf } from './shell-lines.ts';

/** What was found. Paths are absolute, and null if there is no such tool. */
export type Tools = {
  bwrap: string | null;
  /** Bubblewrap's version: `0.8.0`. */
  version: string | null;
  /** Whether this bubblewrap knows `--disable-userns`. */
  disablesUserns: boolean;
  setpriv: string | null;
  prlimit: string | null;
  /** Executables of the runtimes, hard links in `folder` where that was possible. */
  executables: Partial<Record<JavaScript, string>>;
  /** The files that each runtime and prlimit are linked with. */
  libraries: Partial<Record<JavaScript, string[]>>;
};

// In a shell, because on Deno the server itself may not create links. The first word of each line is its subject.
const SCRIPT = `
for tool in bwrap setpriv prlimit; do echo "$tool $(command -v "$tool")"; done
bwrap --version | sed 's/^[a-z]* /version /'
bwrap --help 2>&1 | grep -q disable-userns && echo userns
prlimit=$(command -v prlimit)
folder=$1
shift
mkdir -p -- "$folder" && chmod 711 -- "$folder"
while [ $# -gt 0 ]; do
  link=$folder/$1
  if ln -f -- "$2" "$link" && [ -x "$link" ]; then echo "linked $1"; fi
  for file in "$2" $prlimit; do
    ldd -- "$file" | sed -n "s|^[^/]*\\(/[^ ]*\\).*|$1 \\1|p"
  done
  shift 2
done
`;

/** Finds the tools, and links the runtimes' executables into `folder`. Never rejects. */
export async function findTools(folder: string): Promise<Tools> {
  const tools: Tools = {
    bwrap: null,
    version: null,
    disablesUserns: false,
    setpriv: null,
    prlimit: null,
    executables: {},
    libraries: {},
  };
  const installed = JAVASCRIPT.filter(isInstalled);
  for (const runtime of installed)
    tools.executables[runtime] = unchanged(fs.realpathSync(executable(runtime)));
  const pairs = installed.flatMap((runtime) => [runtime, tools.executables[runtime] ?? '']);
  for (const line of await linesOf(SCRIPT, [folder, ...pairs])) {
    const [word = '', value = ''] = line.split(/ (.*)/);
    if ((word === 'bwrap' || word === 'setpriv' || word === 'prlimit') && value.startsWith('/'))
      tools[word] = value;
    if (word === 'version') tools.version = value;
    if (word === 'userns') tools.disablesUserns = true;
    for (const runtime of installed) {
      const libraries = tools.libraries[runtime] ?? [];
      tools.libraries[runtime] = libraries;
      if (word === runtime && !libraries.includes(value)) libraries.push(value);
      if (word === 'linked' && value === runtime) tools.executables[runtime] = path.join(folder, runtime);
    }
  }
  return tools;
}
