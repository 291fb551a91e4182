TURN = 0.1  # seconds
PAUSE = 0.05  # seconds until a job tries again

flag = threading.Lock()  # threads share it; each process has its own


class Line:
    """A lock that serves in order. Those of threading and multiprocessing promise no order."""

    def __init__(self):
        self.moved = multiprocessing.Condition() if MODE == "processes" else threading.Condition()
        self.counts = multiprocessing.Array("i", 2)  # tickets given out, tickets served

    def __enter__(self):
        with self.moved:
            ticket = self.counts[0]
            self.counts[0] += 1
            while self.counts[1] < ticket:
                self.moved.wait()

    def __exit__(self, *error):
        with self.moved:
            self.counts[1] += 1
            self.moved.notify_all()


# Jobs 0 and 3 are busy: after each turn, they want the next one at once.
def turns_of(n):
    return 12 if n % 3 == 0 else 2


def job(n, line):
    for turn in range(turns_of(n)):
        if n < 3:
            # No line: the first job that tries while it is free has the turn.
            while not flag.acquire(blocking=False):
                time.sleep(PAUSE)
            time.sleep(TURN)
            flag.release()
        else:
            # A lock with a line: its release passes it to the job that has waited longest.
            with line:
                time.sleep(TURN)
    log(f"Job {n} has had {turns_of(n)} turns")


async def job_async(n, line):
    for turn in range(turns_of(n)):
        if n < 3:
            while not flag.acquire(blocking=False):
                await asyncio.sleep(PAUSE)
            await asyncio.sleep(TURN)
            flag.release()
        else:
            async with line:
                await asyncio.sleep(TURN)
    log(f"Job {n} has had {turns_of(n)} turns")


GROUPS = (range(0, 3), "Done without a line"), (range(3, 6), "Done with a line")


def main():
    line = Line()
    for group, text in GROUPS:
        if MODE == "sequential":
            for n in group:
                job(n, line)
        else:
            started = [Worker(target=job, args=(n, line), name=f"job {n}") for n in group]
            for one in started:
                one.start()
            for one in started:
                one.join()
        log(text)


async def main_async():
    line = asyncio.Lock()  # this one serves in order
    for group, text in GROUPS:
        await asyncio.gather(*(start_task(job_async, n, line) for n in group))
        log(text)


if __name__ == "__main__":
    if MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
