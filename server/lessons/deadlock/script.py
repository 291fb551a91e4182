# Job 3 takes the locks in the opposite order. Give it the same order as the others, and all jobs finish.
def order_of(n):
    return ("B", "A") if n == 3 else ("A", "B")


def job(n, locks, notes):
    first, second = order_of(n)
    with locks[first]:
        notes.holds(n, first)
        log(f"Job {n} holds {first}")
        work(n, random_of(n)())
        log(f"Job {n} wants {second} too")
        notes.wants(n, second)
        with locks[second]:
            notes.holds(n, second)
            log(f"Job {n} holds both")


async def job_async(n, locks, notes):
    first, second = order_of(n)
    async with locks[first]:
        notes.holds(n, first)
        log(f"Job {n} holds {first}")
        await work_async(n, random_of(n)())
        log(f"Job {n} wants {second} too")
        notes.wants(n, second)
        async with locks[second]:
            notes.holds(n, second)
            log(f"Job {n} holds both")


NO_JOB = -1


class Notes:
    """Python does not detect deadlocks. So the jobs note what they hold and want, and main looks for a circle."""

    def __init__(self):
        # Processes cannot share a Python list, but they can share an array of numbers.
        numbers = (lambda some: multiprocessing.Array("i", some)) if MODE == "processes" else list
        self.holders = numbers([NO_JOB] * 2)  # of A and B
        self.wanted = numbers([NO_JOB] * 4)  # by jobs 0 to 3

    def wants(self, n, name):
        self.wanted[n] = "AB".index(name)

    def holds(self, n, name):
        self.wanted[n] = NO_JOB
        self.holders["AB".index(name)] = n

    def give_up_if_stuck(self):
        """Follows each wait to the job that holds the lock, then to what that job waits for: a circle is a deadlock."""
        for first in range(4):
            text = f"Deadlock: job {first}"
            n = first
            while n != NO_JOB and self.wanted[n] != NO_JOB:
                lock = self.wanted[n]
                n = self.holders[lock]
                text += f" waits for lock {'AB'[lock]}, held by job {n}"
                if n == first:
                    log(text)
                    sys.exit(1)
                text += ", which"


ALIKE = "Jobs 0 and 1 take A, then B"
OPPOSITE = "Job 2 takes A, then B; job 3 takes B, then A"


def main():
    Lock = multiprocessing.Lock if MODE == "processes" else threading.Lock
    locks = {"A": Lock(), "B": Lock()}
    notes = Notes()
    for numbers, text in ((0, 1), ALIKE), ((2, 3), OPPOSITE):
        log(text)
        if MODE == "sequential":
            for n in numbers:
                job(n, locks, notes)
            continue
        # As daemons, so that the program can end even if they do not.
        pair = [Worker(target=job, args=(n, locks, notes), name=f"job {n}", daemon=True) for n in numbers]
        for one in pair:
            one.start()
        while any(one.is_alive() for one in pair):
            notes.give_up_if_stuck()
            for one in pair:
                one.join(0.1)
    log("All jobs are done")


async def main_async():
    locks = {"A": asyncio.Lock(), "B": asyncio.Lock()}
    notes = Notes()
    for numbers, text in ((0, 1), ALIKE), ((2, 3), OPPOSITE):
        log(text)
        waiting = [start_task(job_async, n, locks, notes) for n in numbers]
        while waiting:
            _, waiting = await asyncio.wait(waiting, timeout=0.1)
            notes.give_up_if_stuck()
    log("All jobs are done")


if __name__ == "__main__":
    if MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
