# Job 3 takes the locks in the opposite order. Give it the order of the others, and all goes well.
def order_of(n):
    return ("B", "A") if n == 3 else ("A", "B")


def job(n, locks):
    first, second = order_of(n)
    with locks[first]:
        log(f"Job {n} holds {first}")
        work(n, random_of(n)())
        log(f"Job {n} wants {second} too")
        with locks[second]:
            log(f"Job {n} holds both")


async def job_async(n, locks):
    first, second = order_of(n)
    async with locks[first]:
        log(f"Job {n} holds {first}")
        await work_async(n, random_of(n)())
        log(f"Job {n} wants {second} too")
        async with locks[second]:
            log(f"Job {n} holds both")


ALIKE = "Jobs 0 and 1 take A, then B"
OPPOSITE = "Job 2 takes A, then B; job 3 takes B, then A"
# Python does not find a deadlock. Both jobs would be done by now, so main takes it for one.
PATIENCE = 2 * MAX_SECONDS + 2


def give_up():
    log("Job 2 and job 3 each wait for the lock that the other holds: deadlock")
    sys.exit(1)


def main():
    Lock = multiprocessing.Lock if MODE == "processes" else threading.Lock
    locks = {"A": Lock(), "B": Lock()}
    for numbers, text in ((0, 1), ALIKE), ((2, 3), OPPOSITE):
        log(text)
        if MODE == "sequential":
            for n in numbers:
                job(n, locks)
            continue
        # As daemons, so that the program can end although they do not.
        pair = [Worker(target=job, args=(n, locks), name=f"#{n + 1}", daemon=True) for n in numbers]
        for one in pair:
            one.start()
        latest = time.monotonic() + PATIENCE
        for one in pair:
            one.join(max(0, latest - time.monotonic()))
        if any(one.is_alive() for one in pair):
            give_up()
    log("All jobs are done")


async def main_async():
    locks = {"A": asyncio.Lock(), "B": asyncio.Lock()}
    for numbers, text in ((0, 1), ALIKE), ((2, 3), OPPOSITE):
        log(text)
        pair = [asyncio.create_task(job_async(n, locks)) for n in numbers]
        _, waiting = await asyncio.wait(pair, timeout=PATIENCE)
        if waiting:
            give_up()
    log("All jobs are done")


if __name__ == "__main__":
    if MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
