import queue


def job(n, numbers):
    seconds = random_of(n)()
    work(n, seconds)
    numbers.put(os.getpid())
    log(f"Job {n} done after {seconds} seconds: put {os.getpid()}")


async def job_async(n, numbers):
    seconds = random_of(n)()
    await work_async(n, seconds)
    await numbers.put(os.getpid())
    log(f"Job {n} done after {seconds} seconds: put {os.getpid()}")


def log_end(found):
    log(f"List is no longer empty: {len(found)} entries [{', '.join(map(str, found))}]")


def main():
    found = []
    log(f"List is now empty: {len(found)} entries")

    # Between processes, the numbers travel through a pipe.
    numbers = multiprocessing.Queue() if MODE == "processes" else queue.Queue()
    started = []
    if MODE == "sequential":
        for n in range(JOBS):
            job(n, numbers)
    else:
        started = [Worker(target=job, args=(n, numbers), name=f"job {n}") for n in range(JOBS)]
        for one in started:
            one.start()
    while len(found) < JOBS:
        found.append(numbers.get())
    for one in started:
        one.join()

    log_end(found)


async def main_async():
    found = []
    log(f"List is now empty: {len(found)} entries")

    numbers = asyncio.Queue()
    started = [start_task(job_async, n, numbers) for n in range(JOBS)]
    while len(found) < JOBS:
        found.append(await numbers.get())
    await asyncio.gather(*started)

    log_end(found)


if __name__ == "__main__":
    if MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
