/** How many jobs were inside at once: of those that looked at a number, and of those with permits. */
import { MODE_TRAITS } from '../../spec/modes.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import { byMode, inModes } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, counted } from '../../words/english.ts';

type Group = { jobs: number; most: number };
type Both = { number: Group; permits: Group; allowed: number };

/** Counts the messages of a pass's jobs to main: 1 for going in, −1 for coming out. Returns null if there are none. */
function bothOf({ state }: PassTimeline): Both | null {
  const allowed = state.semaphores.get('door')?.permits;
  if (allowed === undefined) return null;
  const changes = [...state.messages.values()]
    .map(({ value, sent: { job, atMs } }) => ({ by: Number(value), job, atMs }))
    .sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  const groupOf = (rest: number): Group => {
    const own = changes.filter(({ job }) => job !== null && job % 2 === rest);
    let now = 0;
    const most = Math.max(0, ...own.map(({ by }) => (now += by)));
    return { jobs: new Set(own.map(({ job }) => job)).size, most };
  };
  const both = { number: groupOf(0), permits: groupOf(1), allowed };
  return both.number.jobs > 0 && both.permits.jobs > 0 ? both : null;
}

function words(pass: PassTimeline): string | null {
  const both = bothOf(pass);
  if (both === null) return null;
  const { number, permits, allowed } = both;
  const were = `${counted(number.most, 'job')} ${number.most === 1 ? 'was' : 'were'}`;
  if (number.most > allowed)
    return `${were} inside at once after looking at a number; with ${counted(allowed, 'permit')}, never more than ${permits.most}`;
  if (number.most === 1 && permits.most === 1) return 'only one job was inside at a time';
  return `no more than ${counted(number.most, 'job')} were inside at once after looking at a number, and no more than ${permits.most} with permits`;
}

/** The choices say which groups stayed within the limit: both, permits, number, neither. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const known = passes.flatMap((pass) => {
    const both = bothOf(pass);
    return both === null ? [] : [{ pass, ...both }];
  });
  if (known.length === 0) return null;
  const right = new Set(
    known.map(({ number, permits, allowed }) => {
      if (permits.most <= allowed) return number.most <= allowed ? 0 : 1;
      return number.most <= allowed ? 2 : 3;
    }),
  );
  const over = known.filter(({ number, allowed }) => number.most > allowed);
  const kept = known.filter(({ number, allowed }) => number.most <= allowed);
  const why: string[] = [];
  const tell = (some: typeof known, text: string) => {
    if (some.length > 0) why.push(capital(`${inModes(some.map(({ pass }) => pass))} ${text}`));
  };
  const shares = ({ pass }: { pass: PassTimeline }) => MODE_TRAITS[pass.mode].sharesMemory;
  tell(over.filter(shares), 'too many jobs saw a low number before the others had changed it.');
  tell(
    over.filter((one) => !shares(one)),
    'each job saw only its own process’s number.',
  );
  const most = Math.max(0, ...kept.map(({ number }) => number.most));
  tell(
    kept,
    most === 1
      ? 'only one job was inside at a time.'
      : `no more than ${counted(most, 'job')} with the number were inside at once.`,
  );
  return { right: [...right].sort(), why: why.join(' ') };
}

export default { headline: (passes) => byMode(passes, words), answer } satisfies Claim;
