import time


def job(n, api):
    seconds = api.random()
    api.work(seconds)
    api.log(f"Job {n} done after {seconds} seconds in process {api.lane.pid}")


def main(api):
    begun = time.monotonic()
    api.log(f"Main is process {api.lane.pid}. Jobs to start: {api.jobs}")
    started = [api.start(n) for n in range(api.jobs)]

    for one in started:
        state = "running" if one.is_alive() else "ended"
        where = "waiting for a worker" if one.pid is None else f"process {one.pid}, {state}"
        api.log(f"join job {one.job}, {where}, after {time.monotonic() - begun:.1f} seconds")
        one.join()
    for one in started:
        code = "no exit code" if one.exitcode is None else f"exit code {one.exitcode}"
        api.log(f"Job {one.job} ended, {code}")
    api.log(f"All jobs are done after {time.monotonic() - begun:.1f} seconds")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    seconds = api.random()
    await api.work(seconds)
    api.log(f"Job {n} done after {seconds} seconds in process {api.lane.pid}")


async def main_async(api):
    begun = time.monotonic()
    api.log(f"Main is process {api.lane.pid}. Jobs to start: {api.jobs}")
    started = [api.start(n) for n in range(api.jobs)]

    for one in started:
        state = "running" if one.is_alive() else "ended"
        where = "waiting for a worker" if one.pid is None else f"process {one.pid}, {state}"
        api.log(f"join job {one.job}, {where}, after {time.monotonic() - begun:.1f} seconds")
        await one.join()
    for one in started:
        code = "no exit code" if one.exitcode is None else f"exit code {one.exitcode}"
        api.log(f"Job {one.job} ended, {code}")
    api.log(f"All jobs are done after {time.monotonic() - begun:.1f} seconds")
