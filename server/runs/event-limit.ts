/** Which events a log takes past its limit of events. */
import type { Fact } from '../protocol/facts.ts';

/** Whether an event closes what is open, or is one of few by nature: these are taken past the limit too. */
export function isKept(fact: Fact): boolean {
  switch (fact.type) {
    case 'run-queued':
    case 'wait-started':
    case 'wait-ended':
    case 'log':
    case 'sample':
    case 'cut':
    case 'message-sent':
    case 'message-received':
    case 'shared-written':
    case 'shared-read':
    case 'lock-released':
      return false;
    case 'run-started':
    case 'run-ended':
    case 'pass-started':
    case 'pass-ended':
    case 'lane-started':
    case 'lane-ready':
    case 'lane-ended':
    case 'job-started':
    case 'job-ended':
    case 'deadlock':
      return true;
  }
}
