/** How long the passes of the whole class took, by mode: a bar for each member, all on one scale. */
import type { Tile } from '../../server/figures/tile.ts';
import { MODES } from '../../server/spec/modes.ts';
import { capital, inMode } from '../../server/words/english.ts';
import { duration } from '../../server/words/units.ts';

/** Fewest runs that make a picture of a class. */
const FEWEST = 2;

/** Fills `panel` with the wall times of the ended passes of `tiles`; empties it if there are too few. */
export function showClassTimes(panel: Element, tiles: readonly Tile[]): void {
  const passes = tiles.flatMap(({ passes }) => passes);
  const rows = MODES.flatMap((mode) => {
    const times = passes.flatMap((pass) =>
      pass.mode === mode && pass.wallMs !== null && !pass.isInSteps ? [pass.wallMs] : [],
    );
    return times.length < FEWEST ? [] : [{ mode, times: times.sort((a, b) => a - b) }];
  });
  const longestMs = Math.max(1, ...rows.flatMap(({ times }) => times));
  panel.replaceChildren(
    ...rows.map(({ mode, times }) => {
      const row = document.createElement('div');
      const name = document.createElement('span');
      name.textContent = capital(inMode(mode));
      const bars = document.createElement('span');
      bars.className = 'class-bars';
      bars.append(
        ...times.map((ms) => {
          const bar = document.createElement('i');
          bar.style.height = `${(100 * ms) / longestMs}%`;
          return bar;
        }),
      );
      const median = document.createElement('span');
      median.textContent = `half within ${duration(times[Math.floor((times.length - 1) / 2)] ?? 0)}`;
      row.append(name, bars, median);
      return row;
    }),
  );
}
