import time


def job(n, api):
    if n == 0:
        api.sleep(1)
        seconds = api.random()
        api.compute(seconds)
        api.log(f"Job 0 computed for {seconds} seconds")
    else:
        for tick in range(1, 9):
            before = time.monotonic()
            api.sleep(0.5)
            late = max(0, time.monotonic() - before - 0.5)
            api.log(f"Job {n}, tick {tick}, {late:.1f} seconds late")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    if n == 0:
        await api.sleep(1)
        seconds = api.random()
        api.compute(seconds)
        api.log(f"Job 0 computed for {seconds} seconds")
    else:
        for tick in range(1, 9):
            before = time.monotonic()
            await api.sleep(0.5)
            late = max(0, time.monotonic() - before - 0.5)
            api.log(f"Job {n}, tick {tick}, {late:.1f} seconds late")
