import contextlib
import inspect
import json
import multiprocessing.managers
import types


class Hub:
    """The queue, locks, semaphores and conditions that all jobs use together, by name. Main has it; processes call it."""

    def __init__(self, module, make_queue, is_alone=False):
        self.is_async = module is asyncio
        # Whether nothing else runs while one that uses it waits.
        self.is_alone = is_alone
        self.made, self.turn = {}, threading.Lock()
        # Who holds which lock, and who waits for which.
        self.holders, self.waiting = {}, {}
        # For the program's check: lines, and what jobs have returned.
        self.logs, self.results = [], {}
        self.kinds = {
            "messages": make_queue,
            "lock": module.Lock,
            "semaphore": module.Semaphore,
            "condition": lambda: module.Condition(module.Lock()),
        }

    def call(self, who, kind, name, args, method, *given):
        """Calls a method of what has that name, which is made when it is first used, for a job or main."""
        with self.turn:
            if (kind, name) not in self.made:
                self.made[kind, name] = self.kinds[kind](*args)
        made = self.made[kind, name]
        act = getattr(made, method)
        if self.is_alone and would_wait(made, kind, method):
            what = f"{kind} {name}".strip()
            give_up(f"{who.capitalize()} is stuck for ever: nothing else runs that could end its {method} ({what})")
        if kind != "lock":
            return act(*given)
        if method == "release":
            self.holders.pop(name, None)
            return act()
        self.wants(who, name)
        if self.is_async:
            return self.acquire(who, name, act)
        act()
        self.has(who, name)

    async def acquire(self, who, name, act):
        await act()
        self.has(who, name)

    def wants(self, who, name):
        with self.turn:
            self.waiting[who] = name
            self.look(who)

    def has(self, who, name):
        with self.turn:
            del self.waiting[who]
            self.holders[name] = who
            for other in list(self.waiting):
                self.look(other)

    def look(self, first):
        """Follows a wait to who holds the lock, then to what that one waits for: a circle is a deadlock."""
        text, who = f"Deadlock: {first}", first
        while who in self.waiting and self.waiting[who] in self.holders:
            lock = self.waiting[who]
            who = self.holders[lock]
            text += f" waits for lock {lock}, held by {who}"
            if who == first:
                give_up(text)
            text += ", which"

    def gather(self, n, text=None, result=None):
        """Keeps a line or a result of job n for the program's check."""
        if text is None:
            self.results[n] = json.loads(json.dumps(result))
        else:
            self.logs.append({"job": n, "text": text})

    def given(self):
        """Returns what the check is given."""
        shared = types.SimpleNamespace(counter=MEMORY.read(), list=MEMORY.values())
        results = [self.results.get(n) for n in range(max([JOBS, *(n + 1 for n in self.results)]))]
        return {"shared": shared, "logs": self.logs, "results": results}

    def limit(self, length):
        """Makes the queue full at that many values."""
        self.call("", "messages", "", (), "empty")
        setattr(self.made["messages", ""], "_maxsize" if self.is_async else "maxsize", length)


def would_wait(made, kind, method):
    """Whether a call waits for another one."""
    if kind == "messages":
        return made.empty() if method == "get" else method == "put" and made.full()
    if kind == "condition":
        return method == "wait"
    return method == "acquire" and (made.locked() if kind == "lock" else made._value == 0)


def give_up(text):
    """Ends the program, and all that it has started: it would wait for ever."""
    log(text)
    for one in multiprocessing.active_children():
        one.terminate()
    os._exit(1)


class HubManager(multiprocessing.managers.BaseManager):
    """Lets the jobs in other processes call main's hub."""


def open_hub():
    """Returns the hub for threads, or the one for processes that can be passed to them."""
    hub = Hub(threading, queue.Queue, MODE == "sequential")
    if MODE != "processes":
        return hub
    HubManager.register("hub", callable=lambda: hub, exposed=("call", "limit", "gather", "given"))
    manager = HubManager()
    server = manager.get_server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there = HubManager(address=server.address, authkey=multiprocessing.current_process().authkey)
    there.connect()
    return there.hub()


class Named:
    """What is shared by name: a lock, a semaphore or a condition. On the event loop, what waits is to be awaited."""

    def __init__(self, api, kind, name, args=()):
        self.hub, self.what, self.name = api.hub, (api.who, kind, name, args), name

    def call(self, method, *given):
        return self.hub.call(*self.what, method, *given)

    def acquire(self):
        return self.call("acquire")

    def release(self):
        self.call("release")

    def __enter__(self):
        self.acquire()
        return self

    def __exit__(self, *_):
        self.release()

    async def __aenter__(self):
        await self.acquire()
        return self

    async def __aexit__(self, *_):
        self.release()

    def wait(self):
        return self.call("wait")

    def wait_for(self, is_fit):
        is_async = getattr(self.hub, "is_async", False)
        return self.wait_for_async(is_fit) if is_async else self.wait_until(is_fit)

    def wait_until(self, is_fit):
        while not (result := is_fit()):
            self.wait()
        return result

    async def wait_for_async(self, is_fit):
        while not (result := is_fit()):
            await self.wait()
        return result

    def notify(self, n=1):
        self.call("notify", n)

    def notify_all(self):
        self.call("notify_all")


class Messages:
    """The queue between all jobs. Values are copied, as JSON."""

    def __init__(self, api):
        self.hub, self.who = api.hub, api.who

    def call(self, method, *given):
        return self.hub.call(self.who, "messages", "", (), method, *given)

    def put(self, value):
        return self.call("put", json.loads(json.dumps(value)))

    def get(self):
        return self.call("get")

    def qsize(self):
        return self.call("qsize")

    def empty(self):
        return self.qsize() == 0

    def limit(self, length):
        self.hub.limit(length)


class Memory:
    """The memory that threads share: a list and a counter. Each process has its own."""

    def __init__(self):
        self.turn, self.kept, self.number = threading.Lock(), [], 0
        self.counter = self

    def append(self, value):
        with self.turn:
            self.kept.append(json.loads(json.dumps(value)))
            return len(self.kept)

    def values(self):
        with self.turn:
            return json.loads(json.dumps(self.kept))

    def read(self):
        return self.number

    def write(self, value):
        self.number = value

    def add(self, amount=1):
        with self.turn:
            self.number += amount
            return self.number


MEMORY = Memory()


class Api:
    """What a job receives; main has its jobs to start besides."""

    def __init__(self, n, hub, is_async):
        self.n, self.hub, self.is_async = n, hub, is_async
        self.who = "main" if n is None else f"job {n}"
        self.random = random_of(-1 if n is None else n)
        self.shared, self.queue = MEMORY, Messages(self)
        self.compute = compute
        here = threading.get_native_id()
        self.lane = types.SimpleNamespace(name=name_here(), pid=os.getpid(), thread_id=here)

    def work(self, seconds):
        return work_async(self.n or 0, seconds) if self.is_async else work(self.n or 0, seconds)

    def log(self, text):
        log(text)
        if "check" in globals():
            self.hub.gather(self.n, text=str(text))

    def sleep(self, seconds):
        return asyncio.sleep(seconds) if self.is_async else time.sleep(seconds)

    def lock(self, name):
        return Named(self, "lock", name)

    def semaphore(self, name, permits):
        return Named(self, "semaphore", name, (permits,))

    def condition(self, name):
        return Named(self, "condition", name)


class Started:
    """A job that main has started: in a lane of its own, as a task, or already over."""

    def __init__(self, n, lane, daemon):
        self.job, self.lane, self.daemon = n, lane, daemon

    @property
    def name(self):
        return "main" if self.lane is None or isinstance(self.lane, asyncio.Task) else self.lane.name

    @property
    def pid(self):
        return getattr(self.lane, "pid", os.getpid())

    @property
    def exitcode(self):
        return getattr(self.lane, "exitcode", None)

    def is_alive(self):
        return self.lane is not None and state_of(self.lane) != "ended"

    def join(self):
        if isinstance(self.lane, asyncio.Task):
            return asyncio.wait({self.lane})
        return self.lane and self.lane.join()


class MainApi(Api):
    jobs = JOBS

    def start(self, n, daemon=False):
        lane = None
        if self.is_async:
            lane = start_task(run_job_async, n, self.hub)
        elif MODE == "sequential":
            run_job(n, self.hub)
        else:
            lane = Worker(target=run_job, args=(n, self.hub), name=f"job {n}", daemon=daemon)
            lane.start()
        STARTED_JOBS.append(Started(n, lane, daemon))
        return STARTED_JOBS[-1]


STARTED_JOBS = []


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
