import random

# Many programs do things on the hour, and so at the same time. Here, jobs wait for the next full half second. Chance
# decides how much later each job comes. It has no seed, so it differs from run to run.
FULL = 0.5
LATE = 0.12

counter = 0  # threads share it; each process has its own


def seconds_to_wait():
    return FULL - time.time() % FULL + random.uniform(0, LATE)


def write(n, seen):
    global counter
    counter = seen + 1
    log(f"Job {n} read {seen} and wrote {seen + 1}")


def job(n):
    time.sleep(seconds_to_wait())
    seen = counter
    work(n, random_of(n)())
    write(n, seen)


async def job_async(n):
    await asyncio.sleep(seconds_to_wait())
    seen = counter
    await work_async(n, random_of(n)())
    write(n, seen)


def run_workers():
    started = [Worker(target=job, args=(n,), name=f"job {n}") for n in range(JOBS)]
    for one in started:
        one.start()
    for one in started:
        one.join()


async def run_async():
    await asyncio.gather(*(start_task(job_async, n) for n in range(JOBS)))


def main():
    if MODE == "sequential":
        for n in range(JOBS):
            job(n)
    elif MODE == "event-loop":
        asyncio.run(run_async())
    else:
        run_workers()

    # This is the program's test.
    log(f"{JOBS} jobs added 1 each, the counter is {counter}")
    if counter != JOBS:
        log(f"Main failed: Error: the counter should be {JOBS}")
        sys.exit(1)


if __name__ == "__main__":
    main()
