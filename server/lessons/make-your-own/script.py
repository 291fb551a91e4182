# A complete program: the jobs count prime numbers, and main adds up what they found.
# Change what you like, and run this file again.

import queue

# CHANGE: how many numbers each job looks at.
NUMBERS = 20_000


# CHANGE: the work itself. Many jobs do it at the same time.
def count_primes(start, end):
    count = 0
    for number in range(max(2, start), end):
        divisor = 2
        while divisor * divisor <= number and number % divisor != 0:
            divisor += 1
        if divisor * divisor > number:
            count += 1
    return count


# Each job has a number, n, and finds its own part of the work from it.
def count_part(n):
    start = n * NUMBERS
    end = start + NUMBERS
    primes = count_primes(start, end)
    log(f"Job {n}: {primes} primes from {start} to {end - 1}")
    return primes


def job(n, results):
    work(n, random_of(n)())  # CHANGE: this stands for a wait, such as reading a file.
    results.put(count_part(n))


async def job_async(n):
    await work_async(n, random_of(n)())
    return count_part(n)


# CHANGE: what to do with the results.
def log_total(found):
    log(f"{JOBS} jobs found {sum(found)} primes below {JOBS * NUMBERS}")


def main():
    results = multiprocessing.Queue() if MODE == "processes" else queue.Queue()
    started = []
    if MODE == "sequential":
        for n in range(JOBS):
            job(n, results)
    else:
        started = [Worker(target=job, args=(n, results), name=f"job {n}") for n in range(JOBS)]
        for one in started:
            one.start()
    # They arrive in the order in which the jobs end.
    found = [results.get() for _ in range(JOBS)]
    for one in started:
        one.join()
    log_total(found)


async def main_async():
    log_total(await asyncio.gather(*(start_task(job_async, n) for n in range(JOBS))))


if __name__ == "__main__":
    if MODE == "event-loop":
        asyncio.run(main_async())
    else:
        main()
