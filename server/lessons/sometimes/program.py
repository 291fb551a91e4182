import random
import time

# Many programs do things on the hour, and so at the same time. Here, jobs wait for the next full half second. Chance
# decides how much later each job comes. It has no seed, so it differs from run to run.
FULL = 0.5
LATE = 0.12


def job(n, api):
    api.sleep(FULL - time.time() % FULL + random.uniform(0, LATE))
    seen = api.shared.counter.read()
    api.work(api.random())
    api.shared.counter.write(seen + 1)
    api.log(f"Job {n} read {seen} and wrote {seen + 1}")


# This is the program’s test.
def verify(api):
    total = api.shared.counter.read()
    api.log(f"The counter is {total}, expected {api.jobs}")
    if total != api.jobs:
        raise RuntimeError(f"the counter should be {api.jobs}")


def main(api):
    started = [api.start(n) for n in range(api.jobs)]
    for one in started:
        one.join()
    verify(api)


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    await api.sleep(FULL - time.time() % FULL + random.uniform(0, LATE))
    seen = api.shared.counter.read()
    await api.work(api.random())
    api.shared.counter.write(seen + 1)
    api.log(f"Job {n} read {seen} and wrote {seen + 1}")


async def main_async(api):
    started = [api.start(n) for n in range(api.jobs)]
    for one in started:
        await one.join()
    verify(api)
