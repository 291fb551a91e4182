# Jobs with an odd number are daemons; they have more to do.
def is_daemon(n):
    return n % 2 == 1


def job(n, api):
    name = "daemon" if is_daemon(n) else "non-daemon"
    steps = 5 if is_daemon(n) else 2
    api.log(f"Job {n}, {name}, started")
    for step in range(1, steps + 1):
        api.work(api.random())
        api.log(f"Job {n}, {name}, has done step {step} of {steps}")
    api.log(f"Job {n}, {name}, done")


def main(api):
    started = [api.start(n, daemon=is_daemon(n)) for n in range(api.jobs)]
    for one in started:
        one.join()
    api.log("Main is done")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    name = "daemon" if is_daemon(n) else "non-daemon"
    steps = 5 if is_daemon(n) else 2
    api.log(f"Job {n}, {name}, started")
    for step in range(1, steps + 1):
        await api.work(api.random())
        api.log(f"Job {n}, {name}, has done step {step} of {steps}")
    api.log(f"Job {n}, {name}, done")


async def main_async(api):
    started = [api.start(n, daemon=is_daemon(n)) for n in range(api.jobs)]
    for one in started:
        await one.join()
    api.log("Main is done")
