import time


def job(n, api):
    seconds = api.random()
    api.work(seconds)
    api.log(f"Job {n} done after {seconds} seconds")


def main(api):
    begun = time.monotonic()
    api.log(f"Jobs to start: {api.jobs}")
    started = [api.start(n) for n in range(api.jobs)]

    for one in started:
        state = "waiting for a worker" if one.name is None else "running" if one.is_alive() else "ended"
        api.log(f"join job {one.job}, {state}, after {time.monotonic() - begun:.1f} seconds")
        one.join()
    api.log(f"All jobs are done after {time.monotonic() - begun:.1f} seconds")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    seconds = api.random()
    await api.work(seconds)
    api.log(f"Job {n} done after {seconds} seconds")


async def main_async(api):
    begun = time.monotonic()
    api.log(f"Jobs to start: {api.jobs}")
    started = [api.start(n) for n in range(api.jobs)]

    for one in started:
        state = "waiting for a worker" if one.name is None else "running" if one.is_alive() else "ended"
        api.log(f"join job {one.job}, {state}, after {time.monotonic() - begun:.1f} seconds")
        await one.join()
    api.log(f"All jobs are done after {time.monotonic() - begun:.1f} seconds")
