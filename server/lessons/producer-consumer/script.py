import queue

ITEMS = 4  # how many each job makes
ROOM = 3  # how many the queue holds
SECONDS = 0.4  # main’s time for each item: longer than a job needs to make one


def job(n, items):
    random = random_of(n)
    for item in range(1, ITEMS + 1):
        work(n, random())
        items.put(f"{n}.{item}")
        log(f"Job {n} put item {n}.{item}")


async def job_async(n, items):
    random = random_of(n)
    for item in range(1, ITEMS + 1):
        await work_async(n, random())
        await items.put(f"{n}.{item}")
        log(f"Job {n} put item {n}.{item}")


def main():
    items = multiprocessing.Queue(ROOM) if MODE == "processes" else queue.Queue(ROOM)
    started = [Worker(target=job, args=(n, items), name=f"job {n}") for n in range(JOBS)]
    for one in started:
        one.start()

    for taken in range(1, JOBS * ITEMS + 1):
        item = items.get()
        work(0, SECONDS)
        log(f"Main used item {item}, {taken} of {JOBS * ITEMS}")
    for one in started:
        one.join()


async def main_async():
    items = asyncio.Queue(ROOM)
    started = [start_task(job_async, n, items) for n in range(JOBS)]

    for taken in range(1, JOBS * ITEMS + 1):
        item = await items.get()
        await work_async(0, SECONDS)
        log(f"Main used item {item}, {taken} of {JOBS * ITEMS}")
    await asyncio.gather(*started)


if __name__ == "__main__":
    if MODE == "sequential":
        print("One by one: job 0 would wait for room for ever, because main takes nothing out until job 0 has ended.")
    elif MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
