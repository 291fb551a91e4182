/** Which events a log accepts beyond its limit. */
import type { Fact } from '../../protocol/facts.ts';

/**
 * Reports whether an event is accepted beyond the limit: those of the run and its passes, which are few. All else is
 * left out completely: readers would draw conclusions from a part of it.
 */
export function isKept(fact: Fact): boolean {
  switch (fact.type) {
    case 'run-queued':
    case 'run-started':
    case 'run-ended':
    case 'pass-started':
    case 'pass-ended':
    case 'deadlock':
    case 'outcome':
    case 'outcome-replayed':
    case 'search-ended':
      return true;
    case 'lane-started':
    case 'lane-ready':
    case 'lane-ended':
    case 'job-started':
    case 'job-ended':
    case 'job-never-began':
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
    case 'compute-started':
    case 'permit-released':
    case 'condition-notified':
    case 'step-taken':
    case 'search-progress':
      return false;
  }
}
