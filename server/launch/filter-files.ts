/** Keeps the filters of system calls in files, as bubblewrap takes them. */
import fs from 'node:fs';
import path from 'node:path';
import { FILTERS, type Filter, filterFor } from './system-call-filter.ts';

/** Writes all filters into `folder`. Returns their paths; null if there are none for the processor of this machine. */
export function writeFilters(folder: string): Record<Filter, string> | null {
  const files = FILTERS.map((kind) => {
    const filter = filterFor(kind);
    const file = path.join(folder, `filter-${kind}`);
    if (filter !== null) fs.writeFileSync(file, filter, { mode: 0o644 });
    return filter === null ? null : ([kind, file] as const);
  });
  const [python, forking, javascript] = files;
  if (!python || !forking || !javascript) return null;
  return { python: python[1], forking: forking[1], javascript: javascript[1] };
}
