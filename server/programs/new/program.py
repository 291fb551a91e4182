# My first program
# The first line is its title. The list of your runs shows it, and so does every link that you share.


# A job. This function is called once for each job, with its number n: 0, 1, 2 and so on.
def job(n, api):
    seconds = api.random()  # from the settings; job n gets the same number in every mode
    api.work(seconds)  # waits or computes, as the settings say
    count = api.shared.counter.add(1)  # threads share this counter; each process has its own
    api.log(f"Job {n} worked for {seconds} seconds and counted to {count}")


# Main starts the jobs and waits for them. Without a main, all jobs start, and the program ends with the last one.
def main(api):
    started = [api.start(n) for n in range(api.jobs)]
    for one in started:
        one.join()
    api.log(f"All jobs are done. The counter is {api.shared.counter.read()}")


# The same for the event loop, where a job lets others run while it awaits. The other modes do not need these two.
async def job_async(n, api):
    seconds = api.random()
    await api.work(seconds)
    count = api.shared.counter.add(1)
    api.log(f"Job {n} worked for {seconds} seconds and counted to {count}")


async def main_async(api):
    started = [api.start(n) for n in range(api.jobs)]
    for one in started:
        await one.join()
    api.log(f"All jobs are done. The counter is {api.shared.counter.read()}")
