TURN = 0.1  # seconds
PAUSE = 0.05  # seconds until a job tries again


def job(n, api):
    # Jobs 0 and 3 are busy: after each turn, they want the next one at once.
    turns = 12 if n % 3 == 0 else 2
    for _ in range(turns):
        if n < 3:
            # No line: the job that makes the number 1 has the turn.
            while api.shared.counter.add(1) > 1:
                api.sleep(PAUSE)
            api.sleep(TURN)
            api.shared.counter.write(0)
        else:
            # A lock with a line: its release passes it to the job that has waited longest.
            with api.lock("line"):
                api.sleep(TURN)
    api.log(f"Job {n} has had {turns} turns")


def main(api):
    for first, how in (0, "Done without a line"), (3, "Done with a line"):
        group = [api.start(n) for n in range(first, first + 3)]
        for one in group:
            one.join()
        api.log(how)


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    # Jobs 0 and 3 are busy: after each turn, they want the next one at once.
    turns = 12 if n % 3 == 0 else 2
    for _ in range(turns):
        if n < 3:
            # No line: the job that makes the number 1 has the turn.
            while api.shared.counter.add(1) > 1:
                await api.sleep(PAUSE)
            await api.sleep(TURN)
            api.shared.counter.write(0)
        else:
            # A lock with a line: its release passes it to the job that has waited longest.
            async with api.lock("line"):
                await api.sleep(TURN)
    api.log(f"Job {n} has had {turns} turns")


async def main_async(api):
    for first, how in (0, "Done without a line"), (3, "Done with a line"):
        group = [api.start(n) for n in range(first, first + 3)]
        for one in group:
            await one.join()
        api.log(how)
