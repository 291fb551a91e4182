def job(n, api):
    if n % 2 == 0:
        # Even jobs: read, take a while to add 1, write.
        seen = api.shared.counter.read()
        api.work(api.random())
        api.shared.counter.write(seen + 1)
        api.log(f"Job {n} read {seen} and wrote {seen + 1}")
    else:
        # Odd jobs: take as long, then add 1 in one step.
        api.work(api.random())
        now = api.shared.counter.add(1)
        api.log(f"Job {n} added 1, which made {now}")


def main(api):
    for first, how in (0, "Read and write"), (1, "Add in one step"):
        api.shared.counter.write(0)
        started = [api.start(n) for n in range(first, api.jobs, 2)]
        for one in started:
            one.join()
        api.log(f"{how}: the counter is {api.shared.counter.read()}, expected {len(started)}")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    if n % 2 == 0:
        # Even jobs: read, take a while to add 1, write.
        seen = api.shared.counter.read()
        await api.work(api.random())
        api.shared.counter.write(seen + 1)
        api.log(f"Job {n} read {seen} and wrote {seen + 1}")
    else:
        # Odd jobs: take as long, then add 1 in one step.
        await api.work(api.random())
        now = api.shared.counter.add(1)
        api.log(f"Job {n} added 1, which made {now}")


async def main_async(api):
    for first, how in (0, "Read and write"), (1, "Add in one step"):
        api.shared.counter.write(0)
        started = [api.start(n) for n in range(first, api.jobs, 2)]
        for one in started:
            await one.join()
        api.log(f"{how}: the counter is {api.shared.counter.read()}, expected {len(started)}")
