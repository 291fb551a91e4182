import asyncio
import time


# A job asks a question, and the answer takes a while.
def job(n, api):
    seconds = api.random()
    api.work(seconds)
    api.log(f"Job {n} done after {seconds} seconds")


def main(api):
    half = (api.jobs + 1) // 2

    # A join in the loop: each job is asked only after the answer to the one before.
    begun = time.monotonic()
    for n in range(half):
        api.start(n).join()
    api.log(f"join in a loop: {time.monotonic() - begun:.1f} seconds, jobs: {half}")

    # All jobs are asked first; then main waits for all the answers.
    begun = time.monotonic()
    for one in [api.start(n) for n in range(half, api.jobs)]:
        one.join()
    api.log(f"start all, then join: {time.monotonic() - begun:.1f} seconds, jobs: {api.jobs - half}")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    seconds = api.random()
    await api.work(seconds)
    api.log(f"Job {n} done after {seconds} seconds")


async def main_async(api):
    half = (api.jobs + 1) // 2

    # `await` in the loop: each job is asked only after the answer to the one before.
    begun = time.monotonic()
    for n in range(half):
        await api.start(n).join()
    api.log(f"await in a loop: {time.monotonic() - begun:.1f} seconds, jobs: {half}")

    # All jobs are asked first; then main waits for all the answers.
    begun = time.monotonic()
    await asyncio.gather(*(api.start(n).join() for n in range(half, api.jobs)))
    api.log(f"asyncio.gather: {time.monotonic() - begun:.1f} seconds, jobs: {api.jobs - half}")
