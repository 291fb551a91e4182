/**
 * What an order says in which the program of a challenge fails. The page's first script says it too, when a run has
 * ended: so this imports nothing that the timelines have as well, or the script would come in several files.
 */

/**
 * Returns how many preemptions there were in an order in which a challenge's own program fails, against the `fewest`
 * possible. `preemptions`: null if that is not known.
 */
export function brokenWords(fewest: number, preemptions: number | null): string {
  if (preemptions === null) return 'In this order, the program fails.';
  const failed = `In this order, the program fails, ${preemptions === 0 ? 'without a preemption' : `with ${preemptions} preemption${preemptions === 1 ? '' : 's'}`}`;
  if (preemptions === 0) return `${failed}.`;
  if (preemptions <= fewest) return `${failed}: the fewest possible.`;
  return `${failed}. ${fewest === 0 ? 'It can fail without one' : `The fewest possible: ${fewest}`}.`;
}
