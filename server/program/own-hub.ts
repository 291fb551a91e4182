/** The queue and the locks in main's own process: main asks without a message, and hears at once. */
import type { QueueState } from '../protocol/asks.ts';
import { Asker } from './asker.ts';
import { Hub } from './hub.ts';
import type { Lines } from './line.ts';
import type { BeforeAccess } from './steps.ts';

/**
 * Returns a hub, and main's side of it. `tell` passes the state of the queue on to other lanes; `before`: see `Asker`.
 */
export function ownHub(
  lines: Lines,
  tell: (state: QueueState) => void = () => {},
  before?: BeforeAccess,
): { hub: Hub; asker: Asker } {
  const hub = new Hub((state) => {
    asker.receiveState(state);
    tell(state);
  });
  const asker: Asker = new Asker(
    0,
    (ask) => hub.ask(0, ask, (answer) => asker.receiveAnswer(answer)),
    lines,
    before,
  );
  return { hub, asker };
}
