MOST = 3  # jobs that may be inside at once
GAP = 0.4  # seconds between looking at the number and changing it


# Main counts the jobs inside.
def inside(api):
    api.queue.put(1)
    api.work(api.random())
    api.queue.put(-1)


def job(n, api):
    if n % 2 == 0:
        # Even jobs look at a number and go in if it is low enough.
        while api.shared.counter.read() >= MOST:
            api.sleep(0.05)
        api.sleep(GAP)
        api.shared.counter.add(1)
        inside(api)
        api.shared.counter.add(-1)
    else:
        # Odd jobs take a permit.
        with api.semaphore("door", MOST):
            inside(api)


def main(api):
    for first, how in (0, "With a number"), (1, "With permits"):
        group = [api.start(n) for n in range(first, api.jobs, 2)]
        now = most = 0
        for _ in range(2 * len(group)):
            now += api.queue.get()
            most = max(most, now)
        for one in group:
            one.join()
        api.log(f"{how}: at most {most} of {len(group)} jobs inside")


# The same for the event loop, where a job lets others run while it awaits.
async def inside_async(api):
    await api.queue.put(1)
    await api.work(api.random())
    await api.queue.put(-1)


async def job_async(n, api):
    if n % 2 == 0:
        # Even jobs look at a number and go in if it is low enough.
        while api.shared.counter.read() >= MOST:
            await api.sleep(0.05)
        await api.sleep(GAP)
        api.shared.counter.add(1)
        await inside_async(api)
        api.shared.counter.add(-1)
    else:
        # Odd jobs take a permit.
        async with api.semaphore("door", MOST):
            await inside_async(api)


async def main_async(api):
    for first, how in (0, "With a number"), (1, "With permits"):
        group = [api.start(n) for n in range(first, api.jobs, 2)]
        now = most = 0
        for _ in range(2 * len(group)):
            now += await api.queue.get()
            most = max(most, now)
        for one in group:
            await one.join()
        api.log(f"{how}: at most {most} of {len(group)} jobs inside")
