import os
import signal
import sys


def job(n, api):
    api.log(f"Job {n} started")
    api.sleep((n + 1) / 2 if n < 4 else 5)
    if n == 1:
        raise RuntimeError("job 1 has raised this")
    if n == 2:
        sys.exit(3)  # in a thread, this ends the thread
    if n == 3:
        eat_memory(api)
    api.log(f"Job {n} done")


def eat_memory(api):
    eaten = []
    # 16 MiB at a time, and not for ever, in case this runs where nothing limits its memory.
    while len(eaten) < 16:
        eaten.append(b"\1" * (16 * 1024 * 1024))
        api.sleep(0.05)
    os.kill(os.getpid(), signal.SIGKILL)  # the server would have done this long before


def main(api):
    started = [api.start(n) for n in range(api.jobs)]
    for one in started:
        one.join()
        code = "no exit code" if one.exitcode is None else f"exit code {one.exitcode}"
        api.log(f"Job {one.job} has ended, {code}")
    api.log("Main is done")


# The same for the event loop, where a job lets others run while it awaits.
async def job_async(n, api):
    api.log(f"Job {n} started")
    await api.sleep((n + 1) / 2 if n < 4 else 5)
    if n == 1:
        raise RuntimeError("job 1 has raised this")
    if n == 2:
        sys.exit(3)  # in a thread, this ends the thread
    if n == 3:
        await eat_memory_async(api)
    api.log(f"Job {n} done")


async def eat_memory_async(api):
    eaten = []
    # 16 MiB at a time, and not for ever, in case this runs where nothing limits its memory.
    while len(eaten) < 16:
        eaten.append(b"\1" * (16 * 1024 * 1024))
        await api.sleep(0.05)
    os.kill(os.getpid(), signal.SIGKILL)  # the server would have done this long before


async def main_async(api):
    started = [api.start(n) for n in range(api.jobs)]
    for one in started:
        await one.join()
        code = "no exit code" if one.exitcode is None else f"exit code {one.exitcode}"
        api.log(f"Job {one.job} has ended, {code}")
    api.log("Main is done")
