import time

# Seconds that every job waits before it computes, however many jobs share the work.
WAIT = 0.3


# Job 0 does all the work alone. Then jobs 1 and 2 share the same work, then four jobs share it, then eight.
def parts_of(n):
    return 2 ** ((n + 1).bit_length() - 1)


def job(n, api):
    api.sleep(WAIT)
    api.compute(api.random() / parts_of(n))


def main(api):
    alone = 0
    parts = 1
    while 2 * parts - 1 <= api.jobs:
        begun = time.monotonic()
        group = [api.start(n) for n in range(parts - 1, 2 * parts - 1)]
        for one in group:
            one.join()

        seconds = time.monotonic() - begun
        alone = alone or seconds
        api.log(f"Shared by {parts}: {seconds:.1f} seconds, {alone / seconds:.1f} times as fast")
        parts *= 2


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    await api.sleep(WAIT)
    api.compute(api.random() / parts_of(n))


async def main_async(api):
    alone = 0
    parts = 1
    while 2 * parts - 1 <= api.jobs:
        begun = time.monotonic()
        group = [api.start(n) for n in range(parts - 1, 2 * parts - 1)]
        for one in group:
            await one.join()

        seconds = time.monotonic() - begun
        alone = alone or seconds
        api.log(f"Shared by {parts}: {seconds:.1f} seconds, {alone / seconds:.1f} times as fast")
        parts *= 2
