def job(n, api):
    # In Python, a condition comes with its own lock.
    ready = api.condition("ready")

    if n == 0:
        # Makes the result, then notifies the jobs that wait for it.
        api.work(api.random())
        with ready:
            api.queue.put("result")
            api.log("Job 0 notifies: the result is there")
            ready.notify_all()
    elif n == 1:
        # Spins: looks again and again.
        looks = 0
        while api.queue.empty():
            looks += 1
            api.compute(0.01)
            api.sleep(0)
        api.log(f"Job 1 has looked {looks} times")
    elif n == 2:
        # Looks first, then waits, and looks again each time it wakes up.
        with ready:
            while api.queue.empty():
                ready.wait()
        api.log("Job 2 has waited")
    else:
        # Waits without looking, so it does not see that the result is already there.
        with ready:
            api.log("Job 3 waits")
            api.queue.put("job 3 waits")
            ready.wait()
        api.log("Job 3 has been notified")


def main(api):
    ready = api.condition("ready")
    for one in [api.start(n) for n in range(3)]:
        one.join()

    late = api.start(3)
    api.queue.get()
    api.queue.get()
    api.sleep(1)
    with ready:
        api.log("Main notifies once more")
        ready.notify_all()
    late.join()


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    # In Python, a condition comes with its own lock.
    ready = api.condition("ready")

    if n == 0:
        # Makes the result, then notifies the jobs that wait for it.
        await api.work(api.random())
        async with ready:
            await api.queue.put("result")
            api.log("Job 0 notifies: the result is there")
            ready.notify_all()
    elif n == 1:
        # Spins: looks again and again.
        looks = 0
        while api.queue.empty():
            looks += 1
            api.compute(0.01)
            await api.sleep(0)
        api.log(f"Job 1 has looked {looks} times")
    elif n == 2:
        # Looks first, then waits, and looks again each time it wakes up.
        async with ready:
            while api.queue.empty():
                await ready.wait()
        api.log("Job 2 has waited")
    else:
        # Waits without looking, so it does not see that the result is already there.
        async with ready:
            api.log("Job 3 waits")
            await api.queue.put("job 3 waits")
            await ready.wait()
        api.log("Job 3 has been notified")


async def main_async(api):
    ready = api.condition("ready")
    for one in [api.start(n) for n in range(3)]:
        await one.join()

    late = api.start(3)
    await api.queue.get()
    await api.queue.get()
    await api.sleep(1)
    async with ready:
        api.log("Main notifies once more")
        ready.notify_all()
    await late.join()
