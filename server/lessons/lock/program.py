def job(n, api):
    with api.lock("A"):
        seen = api.shared.counter.read()
        api.work(api.random())
        api.shared.counter.write(seen + 1)
        api.log(f"Job {n} read {seen} and wrote {seen + 1}")


def main(api):
    started = [api.start(n) for n in range(api.jobs)]
    for one in started:
        one.join()
    api.log(f"With a lock: the counter is {api.shared.counter.read()}, expected {api.jobs}")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    async with api.lock("A"):
        seen = api.shared.counter.read()
        await api.work(api.random())
        api.shared.counter.write(seen + 1)
        api.log(f"Job {n} read {seen} and wrote {seen + 1}")


async def main_async(api):
    started = [api.start(n) for n in range(api.jobs)]
    for one in started:
        await one.join()
    api.log(f"With a lock: the counter is {api.shared.counter.read()}, expected {api.jobs}")
