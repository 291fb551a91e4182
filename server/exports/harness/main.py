def functions_of(name):
    """Returns the program's plain function of that name, and its async one; None for one that it does not have."""
    plain, other = globals().get(name), globals().get(f"{name}_async")
    return (None, other or plain) if inspect.iscoroutinefunction(plain) else (plain, other)


def run_job(n, hub):
    plain, _ = functions_of("job")
    if plain is None:
        sys.exit("job is an async function, which only the event loop runs: write a plain one, too.")
    try:
        keep_result(n, plain(n, Api(n, hub, False)), hub)
    except Exception as error:
        tell_failure(n, error)
        if MODE == "processes" and not WORKERS:
            raise  # its process ends with exit code 1
        traceback.print_exc()


def tell_failure(n, error):
    log(f"Job {n} failed: {type(error).__name__}: {error}")


def keep_result(n, returned, hub):
    if "check" in globals() and returned is not None:
        hub.gather(n, result=returned)


async def run_job_async(n, hub):
    plain, other = functions_of("job")
    try:
        if other is None:
            returned = plain(n, Api(n, hub.blocking, False))
        else:
            returned = await other(n, Api(n, hub, True))
        keep_result(n, returned, hub)
    except Exception as error:
        tell_failure(n, error)
        traceback.print_exc()


def standard_main(api):
    for one in [api.start(n) for n in range(api.jobs)]:
        one.join()


async def standard_main_async(api):
    for one in [api.start(n) for n in range(api.jobs)]:
        await one.join()


async def run_main_async(main):
    hub = Hub(asyncio, asyncio.Queue)
    hub.blocking = Hub(threading, queue.Queue, True)
    await main(MainApi(None, hub, True))
    for one in STARTED_JOBS:
        if not one.daemon:
            await one.join()
    hub.logs += hub.blocking.logs
    run_check(hub)


def run_check(hub):
    """Ends the program if its check finds something wrong."""
    if "check" not in globals():
        return
    try:
        if check(**hub.given()) is not False:
            return
        why = "check returned False"
    except Exception as error:
        traceback.print_exc()
        why = f"{type(error).__name__}: {error}"
    give_up(f"Check failed: {why}")


@contextlib.contextmanager
def saying_why():
    try:
        yield
    except Exception as error:
        log(f"Main failed: {type(error).__name__}: {error}")
        raise


def run_program():
    plain, other = functions_of("main")
    if MODE == "event-loop":
        if plain and not other:
            sys.exit("The program has a main, but no main_async, which the event loop needs.")
        with saying_why():
            asyncio.run(run_main_async(other or standard_main_async))
        return
    if other and not plain:
        sys.exit("The program has a main_async, but no main, which all but the event loop need.")
    multiprocessing.set_start_method("spawn")
    with saying_why():
        hub = open_hub()
        (plain or standard_main)(MainApi(None, hub, False))
        for one in STARTED_JOBS:
            if not one.daemon:
                one.join()
        run_check(hub)
