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
