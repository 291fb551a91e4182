/**
 * Executes a program in one order of each set of orders that differ only in steps that do not affect each other:
 * dynamic partial-order reduction (Flanagan and Godefroid 2005) with sleep sets (Godefroid 1996), and backtracking
 * points chosen so that a set is not begun twice (source sets: Abdulla, Aronis, Jonsson and Sagonas 2014).
 */
import { firstOf } from './enumerate.ts';
import type { Execution, Executor, Option, SoFar } from './execution.ts';
import { areDependent, type Footprint, Footprints, keyOf, laneName } from './footprint.ts';
import { HappensBefore, type Race } from './happens-before.ts';

/** A choice on the way to the order that is being executed. */
type Node = {
  options: readonly Option[];
  keys: readonly string[];
  chosen: number;
  /** Steps that need not be taken here, because what begins with them has been executed, with their footprints. */
  sleep: ReadonlyMap<string, Footprint>;
  /** Steps that have been taken here before, with their footprints. */
  done: Map<string, Footprint>;
  /** The options to take. */
  todo: Set<number>;
};

/**
 * Executes the orders. Calls `onExecuted` after each execution, with null if it was given up because its set is known;
 * it returns false to stop. Returns whether all were executed.
 */
export async function reduce(
  executor: Executor,
  onExecuted: (execution: Execution | null) => boolean | Promise<boolean>,
): Promise<boolean> {
  const nodes: Node[] = [];
  for (;;) {
    const fixed = nodes.length;
    const footprints = new Footprints();
    let isKnown = false;
    const execution = await executor.execute(
      (options, current, at, soFar) => {
        if (at < fixed) return nodes[at]?.chosen ?? null;
        grow(nodes, footprints, soFar, at);
        const asleep = sleepAfter(nodes, footprints, at);
        const index = firstAwake(options, current, asleep);
        isKnown = index === null;
        return index;
      },
      // The steps of a lane that takes one do not sleep any more.
      (lane, at) => at >= fixed || laneOf(nodes[at]) === lane,
    );
    grow(nodes, footprints, execution, execution.taken.length);
    addRaces(nodes, new HappensBefore(footprints.all), fixed - 1);
    const last = nodes.at(-1);
    // What else could have come before the program ended.
    if (last && footprints.all[nodes.length - 1]?.isWide)
      for (const index of last.options.keys()) last.todo.add(index);
    const goesOn = await onExecuted(isKnown ? null : execution);
    if (!retreat(nodes, footprints.all)) return true;
    if (!goesOn) return false;
  }
}

/** Adds the choices that were made, up to `count`. */
function grow(nodes: Node[], footprints: Footprints, soFar: SoFar, count: number): void {
  footprints.extend(soFar, count);
  for (let at = nodes.length; at < count; at++) {
    const { options, chosen } = soFar.taken[at] ?? { options: [], chosen: 0 };
    const sleep = sleepAfter(nodes, footprints, at);
    const node = {
      options,
      keys: options.map(keyOf),
      chosen,
      sleep,
      done: new Map(),
      todo: new Set([chosen]),
    };
    addOfLane(node);
    nodes.push(node);
  }
}

/** Of several things that a lane can be told, each is a choice of its own. */
function addOfLane({ options, chosen, todo }: Node): void {
  const taken = options[chosen];
  if (!taken || taken.access) return;
  for (const [index, { lane }] of options.entries()) if (lane === taken.lane) todo.add(index);
}

/** Returns the steps that sleep at choice `at`, after the step before it. */
function sleepAfter(nodes: readonly Node[], footprints: Footprints, at: number): Map<string, Footprint> {
  const [before, taken] = [nodes[at - 1], footprints.all[at - 1]];
  const asleep = new Map<string, Footprint>();
  if (!before || !taken) return asleep;
  for (const steps of [before.sleep, before.done])
    for (const [key, step] of steps) if (!areDependent(step, taken)) asleep.set(key, step);
  return asleep;
}

function firstAwake(
  options: Option[],
  current: number | null,
  asleep: ReadonlyMap<string, Footprint>,
): number | null {
  const awake = options.filter((option) => !asleep.has(keyOf(option)));
  const first = awake[firstOf(awake, current)];
  return first ? options.indexOf(first) : null;
}

/** Adds choices so that the races whose later step is not before `from` happen the other way round, too. */
function addRaces(nodes: readonly Node[], order: HappensBefore, from: number): void {
  for (const race of order.races) {
    const [earlier, later] = race;
    const [node, second] = [nodes[earlier], nodes[later]];
    if (later < from || !node || !second || !canTurn(race, node, second, order)) continue;
    const keys = order.initials(race).map((at) => keyAt(nodes[at]));
    const indexes = keys.map((key) => node.keys.indexOf(key)).filter((index) => index >= 0);
    if (indexes.some((index) => node.todo.has(index)) || keys.some((key) => node.sleep.has(key))) continue;
    // Each step that needs none of the others can be taken.
    for (const index of indexes.length > 0 ? indexes.slice(0, 1) : node.options.keys()) node.todo.add(index);
  }
}

/** Reports whether the later step of a race can be taken before the earlier: that did not make it possible. */
function canTurn([earlier]: Race, node: Node, second: Node, order: HappensBefore): boolean {
  return node.keys.includes(keyAt(second)) || !order.touches(earlier, laneName(laneOf(second) ?? 0));
}

/** Goes back to the last choice that is to be made otherwise, and makes it. Returns false if there is none. */
function retreat(nodes: Node[], footprints: readonly Footprint[]): boolean {
  for (let node = nodes.at(-1); node; node = nodes.at(-1)) {
    const footprint = footprints[nodes.length - 1];
    if (footprint) node.done.set(keyAt(node), footprint);
    else return false;
    for (const index of node.todo) {
      const key = node.keys[index] ?? '';
      if (node.done.has(key) || node.sleep.has(key)) continue;
      node.chosen = index;
      addOfLane(node);
      return true;
    }
    nodes.pop();
  }
  return false;
}

function keyAt(node: Node | undefined): string {
  return node?.keys[node.chosen] ?? '';
}

function laneOf(node: Node | undefined): number | undefined {
  return node?.options[node.chosen]?.lane;
}
