/** Which events a log accepts beyond its limit. */
import type { Fact } from '../protocol/facts.ts';

/** Reports whether an event is accepted beyond the limit: it ends something, or a run has only few of its type. */
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
    case 'job-never-began':
    case 'deadlock':
      return true;
  }
}
