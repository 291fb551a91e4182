def job(n):
    seconds = random_of(n)()
    work(n, seconds)
    log(f"Job {n} done after {seconds} seconds in process {os.getpid()}")


async def job_async(n):
    seconds = random_of(n)()
    await work_async(n, seconds)
    log(f"Job {n} done after {seconds} seconds in process {os.getpid()}")


def log_begin():
    log(f"Main is process {os.getpid()}. Start {JOBS} jobs")
    return time.monotonic()


def log_join(name, pid, is_running, begun):
    state = "running" if is_running else "ended"
    log(f"join {name}, process {pid}, {state}, after {time.monotonic() - begun:.1f} seconds")


def log_end(ends, begun):
    for name, exit_code in ends:
        log(f"{name} ended, exit code {exit_code}")
    log(f"All jobs are done after {time.monotonic() - begun:.1f} seconds")


def main():
    begun = log_begin()
    started = []
    for n in range(JOBS):
        one = Worker(target=job, args=(n,), name=f"job {n}")
        one.start()
        started.append(one)

    for one in started:
        pid = getattr(one, "pid", os.getpid())  # a thread is in the process of main
        log_join(one.name, pid, one.is_alive(), begun)
        one.join()
    log_end([(one.name, getattr(one, "exitcode", "none")) for one in started], begun)


async def main_async():
    begun = log_begin()
    started = [asyncio.create_task(job_async(n)) for n in range(JOBS)]
    for one in started:
        log_join("main", os.getpid(), not one.done(), begun)
        await one
    log_end([("main", "none")] * JOBS, begun)


def main_sequential():
    begun = log_begin()
    for n in range(JOBS):
        job(n)
    for _ in range(JOBS):
        log_join("main", os.getpid(), False, begun)
    log_end([("main", "none")] * JOBS, begun)


if __name__ == "__main__":
    if MODE == "sequential":
        main_sequential()
    elif MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
