def job(n, api):
    # Job 3 takes the locks in the opposite order. Give it the same order as the others, and all jobs finish.
    first, second = ("B", "A") if n == 3 else ("A", "B")

    with api.lock(first):
        api.log(f"Job {n} holds {first}")
        api.work(api.random())
        api.log(f"Job {n} wants {second} too")
        with api.lock(second):
            api.log(f"Job {n} holds both")


def main(api):
    api.log("Jobs 0 and 1 take A, then B")
    for one in [api.start(0), api.start(1)]:
        one.join()

    api.log("Job 2 takes A, then B; job 3 takes B, then A")
    for one in [api.start(2), api.start(3)]:
        one.join()

    api.log("All jobs are done")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    # Job 3 takes the locks in the opposite order. Give it the same order as the others, and all jobs finish.
    first, second = ("B", "A") if n == 3 else ("A", "B")

    async with api.lock(first):
        api.log(f"Job {n} holds {first}")
        await api.work(api.random())
        api.log(f"Job {n} wants {second} too")
        async with api.lock(second):
            api.log(f"Job {n} holds both")


async def main_async(api):
    api.log("Jobs 0 and 1 take A, then B")
    for one in [api.start(0), api.start(1)]:
        await one.join()

    api.log("Job 2 takes A, then B; job 3 takes B, then A")
    for one in [api.start(2), api.start(3)]:
        await one.join()

    api.log("All jobs are done")
