# Even jobs: each holds a lock while it reads, works and writes, but not all of them use the same lock.
# Odd jobs: the same, but all of them use one lock.
def lock_of(n):
    return "B" if n % 4 == 2 else "A"


def job(n, api):
    name = lock_of(n)
    with api.lock(name):
        seen = api.shared.counter.read()
        api.work(api.random())
        api.shared.counter.write(seen + 1)
        api.log(f"Job {n} held {name}, read {seen} and wrote {seen + 1}")


def main(api):
    for first, locks in (0, "Two locks"), (1, "One lock"):
        api.shared.counter.write(0)
        started = [api.start(n) for n in range(first, api.jobs, 2)]
        for one in started:
            one.join()
        api.log(f"{locks}: the counter is {api.shared.counter.read()}, expected {len(started)}")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    name = lock_of(n)
    async with api.lock(name):
        seen = api.shared.counter.read()
        await api.work(api.random())
        api.shared.counter.write(seen + 1)
        api.log(f"Job {n} held {name}, read {seen} and wrote {seen + 1}")


async def main_async(api):
    for first, locks in (0, "Two locks"), (1, "One lock"):
        api.shared.counter.write(0)
        started = [api.start(n) for n in range(first, api.jobs, 2)]
        for one in started:
            await one.join()
        api.log(f"{locks}: the counter is {api.shared.counter.read()}, expected {len(started)}")
