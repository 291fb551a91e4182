# Jobs with an odd number are daemons; they have more to do.
def is_daemon(n):
    return n % 2 == 1


def job(n):
    name = "daemon" if is_daemon(n) else "non-daemon"
    steps = 5 if is_daemon(n) else 2
    random = random_of(n)
    log(f"Job {n}, {name}, started")
    for step in range(1, steps + 1):
        work(n, random())
        log(f"Job {n}, {name}, has done step {step} of {steps}")
    log(f"Job {n}, {name}, done")


async def job_async(n):
    name = "daemon" if is_daemon(n) else "non-daemon"
    steps = 5 if is_daemon(n) else 2
    random = random_of(n)
    log(f"Job {n}, {name}, started")
    for step in range(1, steps + 1):
        await work_async(n, random())
        log(f"Job {n}, {name}, has done step {step} of {steps}")
    log(f"Job {n}, {name}, done")


def main():
    started = [Worker(target=job, args=(n,), name=f"job {n}", daemon=is_daemon(n)) for n in range(JOBS)]
    for one in started:
        one.start()
    for one in started:
        one.join()
    log("Main is done")


async def main_async():
    await asyncio.gather(*(start_task(job_async, n) for n in range(JOBS)))
    log("Main is done")


if __name__ == "__main__":
    if MODE == "sequential":
        for n in range(JOBS):
            job(n)
        log("Main is done")
    elif MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
