# A complete program: the jobs count prime numbers, and main adds up what they found.
# Press Edit to change it here, then press Run. The lines marked CHANGE are good places to begin.

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
def job(n, api):
    start = n * NUMBERS
    end = start + NUMBERS
    api.work(api.random())  # CHANGE: this stands for a wait, such as reading a file
    primes = count_primes(start, end)
    api.log(f"Job {n}: {primes} primes from {start} to {end - 1}")
    api.queue.put(primes)


def main(api):
    started = [api.start(n) for n in range(api.jobs)]

    # CHANGE: what to do with the results. They arrive in the order in which the jobs end.
    total = 0
    for _ in range(api.jobs):
        total += api.queue.get()
    for one in started:
        one.join()
    api.log(f"Found {total} primes below {api.jobs * NUMBERS}")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    start = n * NUMBERS
    end = start + NUMBERS
    await api.work(api.random())  # this stands for a wait, such as reading a file
    primes = count_primes(start, end)
    api.log(f"Job {n}: {primes} primes from {start} to {end - 1}")
    await api.queue.put(primes)


async def main_async(api):
    started = [api.start(n) for n in range(api.jobs)]

    # The results arrive in the order in which the jobs end.
    total = 0
    for _ in range(api.jobs):
        total += await api.queue.get()
    for one in started:
        await one.join()
    api.log(f"Found {total} primes below {api.jobs * NUMBERS}")
