/** Starts a piece of work, perhaps later. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Returns a function that starts each piece of work once the one before has ended, whether that succeeded or not. */
export function oneByOne(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}
