def job(n, api):
    seconds = api.random()
    api.work(seconds)
    api.log(f"Job {n} done after {seconds} seconds")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    seconds = api.random()
    await api.work(seconds)
    api.log(f"Job {n} done after {seconds} seconds")
