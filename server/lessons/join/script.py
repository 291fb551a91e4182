def job(n):
    seconds = random_of(n)()
    work(n, seconds)
    log(f"Job {n} done after {seconds} seconds")


async def job_async(n):
    seconds = random_of(n)()
    await work_async(n, seconds)
    log(f"Job {n} done after {seconds} seconds")


def log_join(n, state, begun):
    log(f"join job {n}, {state}, after {time.monotonic() - begun:.1f} seconds")


def log_end(begun):
    log(f"All jobs are done after {time.monotonic() - begun:.1f} seconds")


def main():
    begun = time.monotonic()
    log(f"Start {JOBS} jobs")
    started = []
    for n in range(JOBS):
        one = Worker(target=job, args=(n,), name=f"job {n}")
        one.start()
        started.append(one)
    for n, one in enumerate(started):
        log_join(n, state_of(one), begun)
        one.join()
    log_end(begun)


async def main_async():
    begun = time.monotonic()
    log(f"Start {JOBS} jobs")
    started = [start_task(job_async, n) for n in range(JOBS)]
    for n, one in enumerate(started):
        log_join(n, state_of(one), begun)
        await one
    log_end(begun)


def main_sequential():
    begun = time.monotonic()
    log(f"Start {JOBS} jobs")
    for n in range(JOBS):
        job(n)
    for n in range(JOBS):
        log_join(n, "ended", begun)
    log_end(begun)


if __name__ == "__main__":
    if MODE == "sequential":
        main_sequential()
    elif MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
