ITEMS = 4  # how many each job makes
ROOM = 3  # how many the queue holds
SECONDS = 0.4  # main’s time for each item: longer than a job needs to make one


def job(n, api):
    for item in range(1, ITEMS + 1):
        api.work(api.random())
        api.queue.put(f"{n}.{item}")
        api.log(f"Job {n} put item {n}.{item}")


def main(api):
    api.queue.limit(ROOM)
    started = [api.start(n) for n in range(api.jobs)]

    for taken in range(1, api.jobs * ITEMS + 1):
        item = api.queue.get()
        api.work(SECONDS)
        api.log(f"Main used item {item}, {taken} of {api.jobs * ITEMS}")
    for one in started:
        one.join()


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    for item in range(1, ITEMS + 1):
        await api.work(api.random())
        await api.queue.put(f"{n}.{item}")
        api.log(f"Job {n} put item {n}.{item}")


async def main_async(api):
    api.queue.limit(ROOM)
    started = [api.start(n) for n in range(api.jobs)]

    for taken in range(1, api.jobs * ITEMS + 1):
        item = await api.queue.get()
        await api.work(SECONDS)
        api.log(f"Main used item {item}, {taken} of {api.jobs * ITEMS}")
    for one in started:
        await one.join()
