/** Finds what a Python reads and is linked with, so that a jail can show it that, and nothing else of the machine. */
import type { Python } from '../spec/runtimes.ts';
import type { Pythons } from './pythons.ts';
import { linesOf } from './shell-lines.ts';

/** The files of a Python. Paths are absolute. */
export type PythonFiles = {
  executable: string;
  /** Folders of the standard library. */
  folders: readonly string[];
  /** Folders in those, with packages that are not part of it. */
  packages: readonly string[];
  /** What the executable and the modules of the standard library are linked with, and what `prlimit` is. */
  libraries: readonly string[];
};

// The dynamic linker says what it would load, once for all modules: asking for each would take half a second. It loads
// the last library by itself, when a thread ends.
const SCRIPT = `
executable=$1
shift
modules=
for folder; do
  for packages in "$folder/site-packages" "$folder/dist-packages"; do
    [ ! -d "$packages" ] || echo "packages $packages"
  done
  for module in "$folder"/lib-dynload/*.so; do [ ! -f "$module" ] || modules="$modules $module"; done
done
{
  LD_TRACE_LOADED_OBJECTS=1 LD_PRELOAD=$modules "$executable" -I -S -c ''
  ldd -- "$(command -v prlimit)"
} | sed -n 's|^[^/]*\\(/[^ ]*\\).*|\\1|p' | sort -u | while read -r library; do
  echo "library $library"
  last=\${library%/*}/libgcc_s.so.1
  case $library in */libc.so.*) [ ! -f "$last" ] || echo "library $last" ;; esac
done
`;

/** Finds those of all Pythons. Never rejects. */
export async function filesOfPythons({ found }: Pythons): Promise<Partial<Record<Python, PythonFiles>>> {
  const all = Object.entries(found).map(async ([runtime, { file, folders }]) => {
    const lines = await linesOf(SCRIPT, [file, ...folders]);
    const named = (subject: string) => [
      ...new Set(lines.flatMap((line) => (line.startsWith(subject) ? line.slice(subject.length) : []))),
    ];
    // The modules themselves are in its folders.
    const libraries = named('library ').filter((one) => !folders.some((folder) => one.startsWith(folder)));
    return [runtime, { executable: file, folders, packages: named('packages '), libraries }] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}
