shared = []  # threads share it; each process has its own


def add(n, seconds):
    shared.append(name_here())
    log(f"Job {n} done after {seconds} seconds: entry {len(shared)} in the list that {name_here()} sees")


def job(n):
    seconds = random_of(n)()
    work(n, seconds)
    add(n, seconds)


async def job_async(n):
    seconds = random_of(n)()
    await work_async(n, seconds)
    add(n, seconds)


def run_workers():
    started = [Worker(target=job, args=(n,), name=f"job {n}") for n in range(JOBS)]
    for one in started:
        one.start()
    for one in started:
        one.join()


async def run_async():
    await asyncio.gather(*(start_task(job_async, n) for n in range(JOBS)))


def main():
    log(f"Shared list is now empty: {len(shared)} entries")

    if MODE == "sequential":
        for n in range(JOBS):
            job(n)
    elif MODE == "event-loop":
        asyncio.run(run_async())
    else:
        run_workers()

    state = "no longer empty" if shared else "still empty"
    log(f"Shared list is {state}: {len(shared)} entries [{', '.join(shared)}]")


if __name__ == "__main__":
    main()
