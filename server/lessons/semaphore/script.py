MOST = 3  # jobs that may be inside at once
GAP = 0.4  # seconds between looking at the number and changing it

number = 0  # threads share it; each process has its own


class Inside:
    """Counts the jobs inside. Processes share it too."""

    def __init__(self):
        self.counts = multiprocessing.Array("i", 2)  # now, and at most

    def change(self, by):
        with self.counts.get_lock():
            self.counts[0] += by
            self.counts[1] = max(self.counts)

    def log_most(self, name, group):
        log(f"{name}: at most {self.counts[1]} of {len(group)} jobs inside")
        self.counts[1] = 0


def job(n, door, inside):
    global number
    if n % 2 == 0:
        # Even jobs look at a number and go in if it is low enough.
        while number >= MOST:
            time.sleep(0.05)
        time.sleep(GAP)
        number += 1
        stay(n, inside)
        number -= 1
    else:
        # Odd jobs take a permit.
        with door:
            stay(n, inside)


def stay(n, inside):
    inside.change(1)
    work(n, random_of(n)())
    inside.change(-1)


async def job_async(n, door, inside):
    global number
    if n % 2 == 0:
        while number >= MOST:
            await asyncio.sleep(0.05)
        await asyncio.sleep(GAP)
        number += 1
        await stay_async(n, inside)
        number -= 1
    else:
        async with door:
            await stay_async(n, inside)


async def stay_async(n, inside):
    inside.change(1)
    await work_async(n, random_of(n)())
    inside.change(-1)


FIRST_AND_SECOND = ("With a number", range(0, JOBS, 2)), ("With permits", range(1, JOBS, 2))


def main():
    door = multiprocessing.Semaphore(MOST) if MODE == "processes" else threading.Semaphore(MOST)
    inside = Inside()
    for name, group in FIRST_AND_SECOND:
        if MODE == "sequential":
            for n in group:
                job(n, door, inside)
        else:
            started = [Worker(target=job, args=(n, door, inside), name=f"job {n}") for n in group]
            for one in started:
                one.start()
            for one in started:
                one.join()
        inside.log_most(name, group)


async def main_async():
    door = asyncio.Semaphore(MOST)
    inside = Inside()
    for name, group in FIRST_AND_SECOND:
        await asyncio.gather(*(start_task(job_async, n, door, inside) for n in group))
        inside.log_most(name, group)


if __name__ == "__main__":
    if MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
