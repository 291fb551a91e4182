def job(n):
    seconds = random_of(n)()
    work(n, seconds)
    log(f"Job {n} done after {seconds} seconds in process {os.getpid()}")


def main():
    begun = time.monotonic()
    log(f"Main is process {os.getpid()}. Start {JOBS} jobs")
    started = []
    for n in range(JOBS):
        one = Worker(target=job, args=(n,), name=f"#{n + 1}")
        one.start()
        started.append(one)

    for one in started:
        pid = getattr(one, "pid", os.getpid())  # a thread is in the process of main
        state = "running" if one.is_alive() else "ended"
        log(f"join {one.name}, process {pid}, {state}, after {time.monotonic() - begun:.1f} seconds")
        one.join()
    for one in started:
        log(f"{one.name} ended, exit code {getattr(one, 'exitcode', 'none')}")
    log(f"All jobs are done after {time.monotonic() - begun:.1f} seconds")


if __name__ == "__main__":
    if MODE in ("threads", "processes"):
        main()
    else:
        print(f"Mode {MODE}: all jobs run on the thread of main, so there are no processes to see.")
