# On the page the server ends a process that takes too much memory. Here nobody does, so the process does it to itself.
import signal


def job(n):
    log(f"Job {n} started")
    time.sleep((n + 1) / 2 if n < 4 else 5)
    if n == 1:
        raise RuntimeError("job 1 has thrown this")
    if n == 2:
        sys.exit(3)  # in a thread it ends the thread; os._exit(3) would end the process
    if n == 3:
        eat_memory()
    log(f"Job {n} done")


def eat_memory():
    eaten = []
    # 16 MiB a bite. There is an end to it, for the day when this runs where nobody watches.
    while len(eaten) < 16:
        eaten.append(b"\1" * (16 * 1024 * 1024))
        time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGTERM)  # whole, with all its threads


def exit_code(one):
    code = getattr(one, "exitcode", None)  # threads have none, nor have processes that were killed
    return "none" if code is None or code < 0 else code


def main():
    started = [Worker(target=job, args=(n,), name=f"#{n + 1}") for n in range(JOBS)]
    for one in started:
        one.start()
    for n, one in enumerate(started):
        one.join()
        log(f"Job {n} has ended, exit code {exit_code(one)}")
    log("Main has come to its end")


if __name__ == "__main__":
    if MODE in ("threads", "processes"):
        main()
    else:
        print(f"Mode {MODE}: the jobs run on the thread of main, so the first that exits ends them all.")
