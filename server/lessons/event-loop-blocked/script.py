def log_tick(n, tick, before):
    late = max(0, time.monotonic() - before - 0.5)
    log(f"Job {n}, tick {tick}, {late:.1f} seconds late")


def compute_and_log():
    seconds = random_of(0)()
    compute(seconds)
    log(f"Job 0 computed for {seconds} seconds")


def job(n):
    if n == 0:
        time.sleep(1)
        compute_and_log()
    else:
        for tick in range(1, 9):
            before = time.monotonic()
            time.sleep(0.5)
            log_tick(n, tick, before)


async def job_async(n):
    if n == 0:
        await asyncio.sleep(1)
        compute_and_log()
    else:
        for tick in range(1, 9):
            before = time.monotonic()
            await asyncio.sleep(0.5)
            log_tick(n, tick, before)


async def main_async():
    await asyncio.gather(*(start_task(job_async, n) for n in range(JOBS)))


def main():
    started = [Worker(target=job, args=(n,), name=f"job {n}") for n in range(JOBS)]
    for one in started:
        one.start()
    for one in started:
        one.join()


if __name__ == "__main__":
    if MODE == "sequential":
        for n in range(JOBS):
            job(n)
    elif MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
