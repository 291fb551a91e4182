/** The order in which main got what the jobs sent. */
import { MODE_TRAITS } from '../../spec/modes.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import { byMode } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, inMode, listed } from '../../words/english.ts';

/** Most jobs that a sentence lists. */
const LISTED = 8;

/** The jobs in the order in which main got their messages, sent them, started and ended; null unless each sent one. */
function ordersOf({ state, jobs }: PassTimeline) {
  const messages = [...state.messages.values()].filter(
    ({ received }) => received?.lane === 0 && received.job === null,
  );
  const from = messages.map(({ sent }) => sent.job);
  if (jobs.size < 2 || from.length !== jobs.size || new Set(from).size !== jobs.size || from.includes(null))
    return null;
  const received = messages.toSorted((a, b) => (a.received?.atMs ?? 0) - (b.received?.atMs ?? 0));
  const orderOf = (all: { job: number | null }[]) => all.map(({ job }) => job);
  const all = [...jobs.values()];
  const values = received.map(({ value }) => Number(value));
  return {
    got: received.map(({ sent }) => sent.job),
    sent: orderOf(messages.map(({ sent }) => sent).sort((a, b) => a.atMs - b.atMs)),
    started: orderOf(all.toSorted((a, b) => a.job - b.job)),
    ended: orderOf(all.toSorted((a, b) => (a.endMs ?? 0) - (b.endMs ?? 0))),
    isAscending: values.every((value, i) => i === 0 || value > (values[i - 1] ?? value)),
  };
}

const isSame = (a: unknown[], b: unknown[]) => a.join() === b.join();

function jobsOf(order: (number | null)[]): string {
  return order.length > LISTED
    ? `first from job ${order[0]}, last from job ${order.at(-1)}`
    : `from jobs ${listed(order.map(String))}`;
}

function headline(passes: readonly PassTimeline[]): string | null {
  // One by one, all orders are the same.
  const telling = passes.filter(({ mode }) => MODE_TRAITS[mode].overlaps);
  return byMode(telling.length > 0 ? telling : passes, (pass) => {
    const orders = ordersOf(pass);
    if (orders === null || !isSame(orders.got, orders.sent)) return null;
    return `main got the ${orders.got.length} numbers in the order they were sent: ${jobsOf(orders.got)}`;
  });
}

/** Names the first message that another one overtook on its way. */
function overtakenWords(got: (number | null)[], sent: (number | null)[]): string {
  const at = got.findIndex((job, i) => job !== sent[i]);
  return at < 0 ? '' : `, although job ${sent[at]} sent its number before job ${got[at]}`;
}

function answer(passes: readonly PassTimeline[]): Answer | null {
  const all = passes.flatMap((pass) => {
    const orders = ordersOf(pass);
    return orders
      ? [{ pass, orders, isEnded: isSame(orders.got, orders.ended) || isSame(orders.got, orders.sent) }]
      : [];
  });
  // Where jobs run at once the orders can differ, unless messages from processes overtake each other on their way.
  const differ = all.filter(({ orders }) => !isSame(orders.started, orders.ended));
  const telling = differ.findLast(({ isEnded }) => isEnded) ?? differ.at(-1) ?? all.at(-1);
  if (telling === undefined) return null;
  const { isEnded } = telling;
  const { got, sent, started, isAscending } = telling.orders;
  const right = [...(isSame(got, started) ? [0] : []), ...(isEnded ? [1] : []), ...(isAscending ? [2] : [])];
  const where = passes.length > 1 ? `${inMode(telling.pass.mode)} ` : '';
  const how = isEnded ? ': the order in which the jobs ended' : '';
  const also = !isEnded
    ? overtakenWords(got, sent)
    : right.length > 1
      ? '; in this run, other orders are the same'
      : ', not the order in which they started';
  return { right, why: `${capital(`${where}the numbers came ${jobsOf(got)}`)}${how}${also}.` };
}

export default { headline, answer } satisfies Claim;
