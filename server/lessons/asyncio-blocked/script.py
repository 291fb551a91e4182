def log_end(n, seconds):
    log(f"Job {n} has {'awaited' if n % 2 == 0 else 'blocked for'} {seconds} seconds")


def job(n):
    seconds = random_of(n)()
    time.sleep(seconds)
    log_end(n, seconds)


# time.sleep blocks: it returns when the time is up, and the loop can do nothing else until then. "async" before "def"
# does not change that; only an await lets other jobs run.
async def job_async(n):
    seconds = random_of(n)()
    if n % 2 == 0:
        await asyncio.sleep(seconds)
    else:
        time.sleep(seconds)
    log_end(n, seconds)


async def main_async():
    await asyncio.gather(*(start_task(job_async, n) for n in range(JOBS)))


def main():
    started = [Worker(target=job, args=(n,), name=f"job {n}") for n in range(JOBS)]
    for one in started:
        one.start()
    for one in started:
        one.join()


if __name__ == "__main__":
    if MODE == "sequential":
        for n in range(JOBS):
            job(n)
    elif MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
