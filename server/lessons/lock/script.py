counter = 0  # threads share it; each process has its own


def write(n, seen):
    global counter
    counter = seen + 1
    log(f"Job {n} read {seen} and wrote {seen + 1}")


def job(n, lock):
    with lock:
        seen = counter
        work(n, random_of(n)())
        write(n, seen)


async def job_async(n, lock):
    async with lock:
        seen = counter
        await work_async(n, random_of(n)())
        write(n, seen)


def run_workers(lock):
    started = [Worker(target=job, args=(n, lock), name=f"job {n}") for n in range(JOBS)]
    for one in started:
        one.start()
    for one in started:
        one.join()


async def run_async():
    lock = asyncio.Lock()
    await asyncio.gather(*(start_task(job_async, n, lock) for n in range(JOBS)))


def main():
    if MODE == "sequential":
        for n in range(JOBS):
            job(n, threading.Lock())
    elif MODE == "event-loop":
        asyncio.run(run_async())
    else:
        run_workers(multiprocessing.Lock() if MODE == "processes" else threading.Lock())
    log(f"With a lock: {JOBS} jobs added 1 each, the counter is {counter}")


if __name__ == "__main__":
    main()
