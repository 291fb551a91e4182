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


def log_join(n, state, pid, begun):
    where = state if state == "waiting for a worker" else f"process {pid}, {state}"
    log(f"join job {n}, {where}, after {time.monotonic() - begun:.1f} seconds")


def log_end(exit_codes, begun):
    for n, code in enumerate(exit_codes):
        log(f"Job {n} ended, {'no exit code' if code is None else f'exit code {code}'}")
    log(f"All jobs are done after {time.monotonic() - begun:.1f} seconds")


def main():
    begun = log_begin()
    started = []
    for n in range(JOBS):
        one = Worker(target=job, args=(n,), name=f"job {n}")
        one.start()
        started.append(one)

    for n, one in enumerate(started):
        state = state_of(one)
        pid = getattr(one, "pid", os.getpid())  # a thread is in main’s process
        log_join(n, state, pid, begun)
        one.join()
    # Threads have no exit code, and neither has a worker that waits for more jobs.
    log_end([getattr(one, "exitcode", None) for one in started], begun)


async def main_async():
    begun = log_begin()
    started = [start_task(job_async, n) for n in range(JOBS)]
    for n, one in enumerate(started):
        log_join(n, state_of(one), os.getpid(), begun)
        await one
    log_end([None] * JOBS, begun)


def main_sequential():
    begun = log_begin()
    for n in range(JOBS):
        job(n)
    for n in range(JOBS):
        log_join(n, "ended", os.getpid(), begun)
    log_end([None] * JOBS, begun)


if __name__ == "__main__":
    if MODE == "sequential":
        main_sequential()
    elif MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
