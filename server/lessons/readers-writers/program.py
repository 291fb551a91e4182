PERMITS = 4  # a reader takes one, a writer all


# Of every four jobs of a group, the third changes the text.
def writes(n):
    return n // 2 % 4 == 2


def done(n):
    return f"Job {n} has changed the text" if writes(n) else f"Job {n} has read the text"


def job(n, api):
    if n % 2 == 0:
        # Even jobs use a lock: one at a time, whether they read or write.
        with api.lock("text"):
            api.work(api.random())
            api.log(done(n))
    else:
        # Odd jobs use permits. They pass a door, which a writer keeps shut until it has them all.
        text = api.semaphore("text", PERMITS)
        mine = PERMITS if writes(n) else 1
        with api.lock("door"):
            for _ in range(mine):
                text.acquire()
        api.work(api.random())
        api.log(done(n))
        for _ in range(mine):
            text.release()


# First the group with the lock, then the one with permits.
def main(api):
    for first in 0, 1:
        group = [api.start(n) for n in range(first, api.jobs, 2)]
        for one in group:
            one.join()


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    if n % 2 == 0:
        # Even jobs use a lock: one at a time, whether they read or write.
        async with api.lock("text"):
            await api.work(api.random())
            api.log(done(n))
    else:
        # Odd jobs use permits. They pass a door, which a writer keeps shut until it has them all.
        text = api.semaphore("text", PERMITS)
        mine = PERMITS if writes(n) else 1
        async with api.lock("door"):
            for _ in range(mine):
                await text.acquire()
        await api.work(api.random())
        api.log(done(n))
        for _ in range(mine):
            text.release()


async def main_async(api):
    for first in 0, 1:
        group = [api.start(n) for n in range(first, api.jobs, 2)]
        for one in group:
            await one.join()
