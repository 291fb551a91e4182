import time


def job(n, api):
    seconds = api.random()
    if n % 2 == 0:
        api.sleep(seconds)
    else:
        time.sleep(seconds)
    api.log(f"Job {n} has {'awaited' if n % 2 == 0 else 'blocked for'} {seconds} seconds")


# The same for the event loop. time.sleep blocks: it returns when the time is up, and the loop can do nothing else until
# then. "async" before "def" does not change that; only an await lets other jobs run.
async def job_async(n, api):
    seconds = api.random()
    if n % 2 == 0:
        await api.sleep(seconds)
    else:
        time.sleep(seconds)
    api.log(f"Job {n} has {'awaited' if n % 2 == 0 else 'blocked for'} {seconds} seconds")
