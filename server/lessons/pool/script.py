from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def worker_name():
    """Returns "worker 1" for the first of the pool. Its threads are named worker_0, …, its processes …Process-1, …"""
    if MODE == "threads":
        return f"worker {int(threading.current_thread().name.split('_')[-1]) + 1}"
    if MODE == "processes":
        return f"worker {multiprocessing.current_process().name.split('-')[-1]}"
    return "main"


def job(n):
    seconds = random_of(n)()
    work(n, seconds)
    log(f"Job {n} done after {seconds} seconds by {worker_name()}")


async def job_async(n):
    seconds = random_of(n)()
    await work_async(n, seconds)
    log(f"Job {n} done after {seconds} seconds by {worker_name()}")


# asyncio has no pools: a semaphore lets only that many jobs run, and the others wait in line.
async def job_in_turn(n, free):
    async with free:
        await job_async(n)


async def main_async():
    free = asyncio.Semaphore(WORKERS or JOBS)
    await asyncio.gather(*(job_in_turn(n, free) for n in range(JOBS)))


def main():
    if MODE == "threads":
        pool = ThreadPoolExecutor(WORKERS or JOBS, thread_name_prefix="worker")
    else:
        pool = ProcessPoolExecutor(WORKERS or JOBS)
    with pool:
        list(pool.map(job, range(JOBS)))


if __name__ == "__main__":
    if MODE == "sequential":
        for n in range(JOBS):
            job(n)
    elif MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
