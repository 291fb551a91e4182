counter = 0  # threads share it; each process has its own
one_step = threading.Lock()  # Python has no add in one step; a lock turns several steps into one


def write(n, seen):
    global counter
    counter = seen + 1
    log(f"Job {n} read {seen} and wrote {seen + 1}")


def add(n):
    global counter
    with one_step:
        counter += 1
        now = counter
    log(f"Job {n} added 1, which made {now}")


def job(n):
    if n % 2 == 0:
        # Even jobs: read, take a while to add 1, write.
        seen = counter
        work(n, random_of(n)())
        write(n, seen)
    else:
        # Odd jobs: take as long, then add 1 in one step.
        work(n, random_of(n)())
        add(n)


async def job_async(n):
    if n % 2 == 0:
        seen = counter
        await work_async(n, random_of(n)())
        write(n, seen)
    else:
        await work_async(n, random_of(n)())
        add(n)


def run_workers(numbers):
    started = [Worker(target=job, args=(n,), name=f"job {n}") for n in numbers]
    for one in started:
        one.start()
    for one in started:
        one.join()


async def run_async(numbers):
    await asyncio.gather(*(start_task(job_async, n) for n in numbers))


def main():
    global counter
    for first, how in (0, "Read and write"), (1, "Add in one step"):
        counter = 0
        numbers = range(first, JOBS, 2)
        if MODE == "sequential":
            for n in numbers:
                job(n)
        elif MODE == "event-loop":
            asyncio.run(run_async(numbers))
        else:
            run_workers(numbers)
        log(f"{how}: {len(numbers)} jobs added 1 each, the counter is {counter}")


if __name__ == "__main__":
    main()
