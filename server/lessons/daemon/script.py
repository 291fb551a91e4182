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
    for n in range(JOBS):
        Worker(target=job, args=(n,), name=f"job {n}", daemon=is_daemon(n)).start()
    log("Main is done")
    # Now Python waits until job 0 has ended. A daemon thread keeps running until then, when the program ends. A daemon
    # process is ended here, before Python waits, and may not even have begun. (If WORKERS is a number, it keeps running
    # as a thread does: see PoolJob.close.)


async def main_async():
    started = [start_task(job_async, n) for n in range(JOBS)]
    log("Main is done")
    # asyncio cuts off every task that main does not wait for. So main waits for the jobs that are not daemons.
    await asyncio.gather(*(one for n, one in enumerate(started) if not is_daemon(n)))


if __name__ == "__main__":
    if MODE == "sequential":
        for n in range(JOBS):
            job(n)
        log("Main is done")
    elif MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
