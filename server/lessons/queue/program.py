def job(n, api):
    seconds = api.random()
    api.work(seconds)
    api.queue.put(api.lane.pid)
    api.log(f"Job {n} done after {seconds} seconds: put {api.lane.pid}")


def main(api):
    found = []
    api.log(f"List is now empty: {len(found)} entries")

    started = [api.start(n) for n in range(api.jobs)]
    while len(found) < api.jobs:
        found.append(api.queue.get())
    for one in started:
        one.join()

    api.log(f"List is no longer empty: {len(found)} entries [{', '.join(map(str, found))}]")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    seconds = api.random()
    await api.work(seconds)
    await api.queue.put(api.lane.pid)
    api.log(f"Job {n} done after {seconds} seconds: put {api.lane.pid}")


async def main_async(api):
    found = []
    api.log(f"List is now empty: {len(found)} entries")

    started = [api.start(n) for n in range(api.jobs)]
    while len(found) < api.jobs:
        found.append(await api.queue.get())
    for one in started:
        await one.join()

    api.log(f"List is no longer empty: {len(found)} entries [{', '.join(map(str, found))}]")
