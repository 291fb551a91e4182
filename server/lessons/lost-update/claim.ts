/** How many updates were lost when made in two steps, and when made in one. */
import { counterPhases } from '../../figures/counter-phases.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import { byMode } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { PHASE_WORDS } from '../../words/counter-words.ts';
import { counted } from '../../words/english.ts';
import { grouped } from '../../words/units.ts';

/** The phases in which jobs changed the counter. */
function phasesOf({ state }: PassTimeline) {
  return counterPhases(state).filter(({ updates }) => updates > 0);
}

function wordsOf(pass: PassTimeline): string | null {
  const phases = phasesOf(pass);
  if (phases.length === 0) return null;
  if (phases.every(({ isShared }) => !isShared)) {
    const values = new Set(phases.map(({ value }) => value));
    return values.size === 1 ? `main’s counter stayed ${[...values][0]}: each process changed its own` : null;
  }
  const [first] = phases;
  if (phases.length > 1 && phases.every(({ lost, value }) => lost === 0 && value === first?.value))
    return `the counter was ${grouped(first?.value ?? 0)} after either kind of update`;
  const parts = phases.map(({ how, updates, lost, value }, i) => {
    const after = `${i === 0 ? 'the counter was ' : ''}${grouped(value)} after ${PHASE_WORDS[how ?? 'both']}`;
    const why = `${grouped(lost)} of ${counted(updates, 'update')} ${lost === 1 ? 'was' : 'were'} lost`;
    return lost > 0 ? `${after}, because ${why}` : after;
  });
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)}` : (parts[0] ?? null);
}

/** Passes that lost updates come first. */
function headline(passes: readonly PassTimeline[]): string | null {
  const lost = (pass: PassTimeline) => phasesOf(pass).reduce((sum, phase) => sum + phase.lost, 0);
  return byMode(
    passes.toSorted((a, b) => Number(lost(b) > 0) - Number(lost(a) > 0)),
    wordsOf,
  );
}

/** The question is what the counter is at the end if threads read, work and write. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const threads = passes.filter(({ mode }) => mode === 'threads');
  const asked = threads.length > 0 ? threads : passes;
  const right = new Set<number>();
  for (const pass of asked) {
    const phase = phasesOf(pass).find(({ how }) => how === 'two-steps');
    if (phase === undefined) continue;
    if (phase.value === phase.updates) right.add(0);
    // One thread adds 1, so both are right.
    if (phase.value === 1) right.add(1);
    if (phase.value === 0) right.add(2);
  }
  const why = byMode(asked, wordsOf);
  if (why === null) return null;
  const depends = right.size === 1 ? '' : 'It depends on when each job read and wrote. ';
  return { right: [...right].sort(), why: `${depends}${why}` };
}

export default { headline, answer } satisfies Claim;
