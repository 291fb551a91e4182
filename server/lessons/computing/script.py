# Seconds that every job waits before it computes, however many jobs share the work.
WAIT = 0.3


# Job 0 does all the work alone. Then jobs 1 and 2 share the same work, then four jobs share it, then eight.
def parts_of(n):
    return 2 ** int(math.log2(n + 1))


def job(n):
    time.sleep(WAIT)
    compute(random_of(n)() / parts_of(n))


async def job_async(n):
    await asyncio.sleep(WAIT)
    compute(random_of(n)() / parts_of(n))


def run_workers(numbers):
    started = [Worker(target=job, args=(n,), name=f"job {n}") for n in numbers]
    for one in started:
        one.start()
    for one in started:
        one.join()


async def run_async(numbers):
    await asyncio.gather(*(start_task(job_async, n) for n in numbers))


def main():
    parts = 1
    alone = 0
    while 2 * parts - 1 <= JOBS:
        begun = time.monotonic()
        group = range(parts - 1, 2 * parts - 1)
        if MODE == "sequential":
            for n in group:
                job(n)
        elif MODE == "event-loop":
            asyncio.run(run_async(group))
        else:
            run_workers(group)

        seconds = time.monotonic() - begun
        if parts == 1:
            alone = seconds
        log(f"Shared by {parts}: {seconds:.1f} seconds, {alone / seconds:.1f} times as fast")
        parts *= 2


if __name__ == "__main__":
    main()
