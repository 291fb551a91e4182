# On the page, the server kills a process that takes too much memory. Here nothing does, so the process kills itself.
import signal


def job(n):
    log(f"Job {n} started")
    time.sleep(wait_of(n))
    end_of(n)


async def job_async(n):
    log(f"Job {n} started")
    await asyncio.sleep(wait_of(n))
    end_of(n)


def wait_of(n):
    return (n + 1) / 2 if n < 4 else 5


def end_of(n):
    try:
        if n == 1:
            raise RuntimeError("job 1 has thrown this")
        if n == 2:
            sys.exit(3)  # in a thread, this ends the thread; os._exit(3) would end the process
        if n == 3:
            eat_memory()
        log(f"Job {n} done")
    except Exception as error:  # but not SystemExit, which sys.exit raises
        log(f"Job {n} failed: {type(error).__name__}: {error}")
        if name_here() != "main" and not WORKERS:
            sys.exit(1)  # as Python does; a worker of a pool continues with the next job


def eat_memory():
    eaten = []
    # 16 MiB at a time, and not for ever, in case this runs where nothing limits its memory.
    while len(eaten) < 16:
        eaten.append(b"\1" * (16 * 1024 * 1024))
        time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGTERM)  # the whole process, with all its threads


def log_end(n, one=None):
    code = getattr(one, "exitcode", None)  # threads have none; for a process that was killed it is negative
    log(f"Job {n} has ended, {'no exit code' if code is None or code < 0 else f'exit code {code}'}")


def main():
    started = [Worker(target=job, args=(n,), name=f"job {n}") for n in range(JOBS)]
    for one in started:
        one.start()
    for n, one in enumerate(started):
        one.join()
        log_end(n, one)
    log("Main is done")


# On main’s thread, the first job that exits ends all of them.
def main_sequential():
    for n in range(JOBS):
        job(n)
    for n in range(JOBS):
        log_end(n)
    log("Main is done")


async def main_async():
    started = [start_task(job_async, n) for n in range(JOBS)]
    for n, one in enumerate(started):
        await one
        log_end(n)
    log("Main is done")


if __name__ == "__main__":
    if MODE == "sequential":
        main_sequential()
    elif MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
