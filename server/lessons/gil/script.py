# Each job only computes. It never waits, so it never lets another go first.
def job(n):
    seconds = random_of(n)()
    compute(seconds)
    log(f"Job {n} computed what takes {seconds} seconds alone")


async def job_async(n):
    job(n)


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
