def job(n):
    seconds = random_of(n)()
    work(n, seconds)
    log(f"Job {n} done after {seconds} seconds")


async def job_async(n):
    seconds = random_of(n)()
    await work_async(n, seconds)
    log(f"Job {n} done after {seconds} seconds")


def log_join(name, is_running, begun):
    state = "running" if is_running else "ended"
    log(f"join {name}, {state}, after {time.monotonic() - begun:.1f} seconds")


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
    for one in started:
        log_join(one.name, one.is_alive(), begun)
        one.join()
    log_end(begun)


async def main_async():
    begun = time.monotonic()
    log(f"Start {JOBS} jobs")
    started = [asyncio.create_task(job_async(n)) for n in range(JOBS)]
    for one in started:
        log_join("main", not one.done(), begun)
        await one
    log_end(begun)


def main_sequential():
    begun = time.monotonic()
    log(f"Start {JOBS} jobs")
    for n in range(JOBS):
        job(n)
    for n in range(JOBS):
        log_join("main", False, begun)
    log_end(begun)


if __name__ == "__main__":
    if MODE == "sequential":
        main_sequential()
    elif MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
