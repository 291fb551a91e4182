counter = 0  # threads share it; each process has its own


# Even jobs: each holds a lock while it reads, works and writes, but not all of them use the same lock.
# Odd jobs: the same, but all of them use one lock.
def lock_of(n):
    return "B" if n % 4 == 2 else "A"


def write(n, seen):
    global counter
    counter = seen + 1
    log(f"Job {n} held {lock_of(n)}, read {seen} and wrote {seen + 1}")


def job(n, locks):
    with locks[lock_of(n)]:
        seen = counter
        work(n, random_of(n)())
        write(n, seen)


async def job_async(n, locks):
    async with locks[lock_of(n)]:
        seen = counter
        await work_async(n, random_of(n)())
        write(n, seen)


def run_workers(numbers, locks):
    started = [Worker(target=job, args=(n, locks), name=f"job {n}") for n in numbers]
    for one in started:
        one.start()
    for one in started:
        one.join()


async def run_async(numbers):
    locks = {"A": asyncio.Lock(), "B": asyncio.Lock()}
    await asyncio.gather(*(start_task(job_async, n, locks) for n in numbers))


def main():
    global counter
    Lock = multiprocessing.Lock if MODE == "processes" else threading.Lock
    locks = {"A": Lock(), "B": Lock()}
    for first, text in (0, "Two locks"), (1, "One lock"):
        counter = 0
        numbers = range(first, JOBS, 2)
        if MODE == "sequential":
            for n in numbers:
                job(n, locks)
        elif MODE == "event-loop":
            asyncio.run(run_async(numbers))
        else:
            run_workers(numbers, locks)
        log(f"{text}: {len(numbers)} jobs added 1 each, the counter is {counter}")


if __name__ == "__main__":
    main()
