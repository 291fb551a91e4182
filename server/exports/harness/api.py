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
