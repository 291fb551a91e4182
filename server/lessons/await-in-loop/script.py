# A job asks a question, and the answer takes a while.
def job(n):
    seconds = random_of(n)()
    work(n, seconds)
    log(f"Job {n} done after {seconds} seconds")


async def job_async(n):
    seconds = random_of(n)()
    await work_async(n, seconds)
    log(f"Job {n} done after {seconds} seconds")


HALF = (JOBS + 1) // 2


def log_end(how, count, begun):
    log(f"{how}: {count} jobs in {time.monotonic() - begun:.1f} seconds")


async def main_async():
    # `await` in the loop: each job is asked only after the answer to the one before.
    begun = time.monotonic()
    for n in range(HALF):
        await start_task(job_async, n)
    log_end("await in a loop", HALF, begun)

    # All jobs are asked first; then main waits for all the answers. Python calls this gather.
    begun = time.monotonic()
    await asyncio.gather(*(start_task(job_async, n) for n in range(HALF, JOBS)))
    log_end("Promise.all", JOBS - HALF, begun)


# With threads and processes, the same mistake is to join each one before starting the next.
def main():
    begun = time.monotonic()
    for n in range(HALF):
        one = Worker(target=job, args=(n,), name=f"job {n}")
        one.start()
        one.join()
    log_end("await in a loop", HALF, begun)

    begun = time.monotonic()
    started = [Worker(target=job, args=(n,), name=f"job {n}") for n in range(HALF, JOBS)]
    for one in started:
        one.start()
    for one in started:
        one.join()
    log_end("Promise.all", JOBS - HALF, begun)


def main_sequential():
    for how, numbers in ("await in a loop", range(HALF)), ("Promise.all", range(HALF, JOBS)):
        begun = time.monotonic()
        for n in numbers:
            job(n)
        log_end(how, len(numbers), begun)


if __name__ == "__main__":
    if MODE == "sequential":
        main_sequential()
    elif MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
