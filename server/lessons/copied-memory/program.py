def job(n, api):
    seconds = api.random()
    api.work(seconds)
    length = api.shared.append(api.lane.name)
    api.log(f"Job {n} done after {seconds} seconds: entry {length} in the list that {api.lane.name} sees")


def main(api):
    api.log(f"Shared list is now empty: {len(api.shared.values())} entries")

    started = [api.start(n) for n in range(api.jobs)]
    for one in started:
        one.join()

    found = api.shared.values()
    state = "no longer empty" if found else "still empty"
    api.log(f"Shared list is {state}: {len(found)} entries [{', '.join(found)}]")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    seconds = api.random()
    await api.work(seconds)
    length = api.shared.append(api.lane.name)
    api.log(f"Job {n} done after {seconds} seconds: entry {length} in the list that {api.lane.name} sees")


async def main_async(api):
    api.log(f"Shared list is now empty: {len(api.shared.values())} entries")

    started = [api.start(n) for n in range(api.jobs)]
    for one in started:
        await one.join()

    found = api.shared.values()
    state = "no longer empty" if found else "still empty"
    api.log(f"Shared list is {state}: {len(found)} entries [{', '.join(found)}]")
