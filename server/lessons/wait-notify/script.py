class Flag:
    """Something that becomes true once, for threads or for processes."""

    def __init__(self):
        self.number = multiprocessing.Value("i", 0)

    def set(self):
        self.number.value = 1

    def is_set(self):
        return self.number.value == 1


def job(n, ready, result, waits_now):
    if n == 0:
        # Makes the result, then notifies the jobs that wait for it.
        work(n, random_of(n)())
        with ready:
            result.set()
            log("Job 0 notifies: the result is there")
            ready.notify_all()
    elif n == 1:
        # Spins: looks again and again.
        looks = 0
        while not result.is_set():
            looks += 1
            compute(0.01)
        log(f"Job 1 has looked {looks} times")
    elif n == 2:
        # Looks first, then waits, and looks again each time it wakes up.
        with ready:
            while not result.is_set():
                ready.wait()
        log("Job 2 has waited")
    else:
        # Waits without looking, so it does not see that the result is already there.
        with ready:
            log("Job 3 waits")
            waits_now.set()
            ready.wait()
        log("Job 3 has been notified")


async def job_async(n, ready, result, waits_now):
    if n == 0:
        await work_async(n, random_of(n)())
        async with ready:
            result.set()
            log("Job 0 notifies: the result is there")
            ready.notify_all()
    elif n == 1:
        looks = 0
        while not result.is_set():
            looks += 1
            compute(0.01)
            await asyncio.sleep(0)
        log(f"Job 1 has looked {looks} times")
    elif n == 2:
        async with ready:
            while not result.is_set():
                await ready.wait()
        log("Job 2 has waited")
    else:
        async with ready:
            log("Job 3 waits")
            waits_now.set()
            await ready.wait()
        log("Job 3 has been notified")


def main():
    # In Python, a condition comes with its own lock.
    ready = multiprocessing.Condition() if MODE == "processes" else threading.Condition()
    args = (ready, Flag(), Flag())
    jobs = [Worker(target=job, args=(n, *args), name=f"job {n}") for n in range(4)]
    for one in jobs[:3]:
        one.start()
    for one in jobs[:3]:
        one.join()

    jobs[3].start()
    while not args[2].is_set():
        time.sleep(0.01)
    time.sleep(1)
    with ready:
        log("Main notifies once more")
        ready.notify_all()
    jobs[3].join()


async def main_async():
    ready = asyncio.Condition()
    args = (ready, Flag(), Flag())
    await asyncio.gather(*(start_task(job_async, n, *args) for n in range(3)))

    late = start_task(job_async, 3, *args)
    while not args[2].is_set():
        await asyncio.sleep(0.01)
    await asyncio.sleep(1)
    async with ready:
        log("Main notifies once more")
        ready.notify_all()
    await late


if __name__ == "__main__":
    if MODE == "sequential":
        print("One by one: job 3 would wait for ever, because main notifies only after job 3 has ended.")
    elif MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
