"""The main lane: runs the program's `main`, or the standard one, with the mode's way of starting jobs."""
from .api import Api, Context
from .asker import Asker
from .check import Gathered, cut_words, run_check
from .console import current, hear_output, place, write_log
from .hub import Hub
from .later import awaited, blocking, operation
from .lines import here, of
from .modes import OneByOne, Processes, event_loop, threads
from .program import Exited, exit_code, load, say_exit
from .shared import Memory
from .shown import describe, outside, shown
from .waiting import waiting
from .wire import emit


class Started:
    """A job that was started, as a program sees it."""

    def __init__(self, main, handle):
        self.is_async = main.is_async
        self._main, self._handle = main, handle

    @property
    def job(self):
        """Its number."""
        return self._handle.job

    @property
    def name(self):
        """Name of the lane that runs it; None while it waits for one."""
        return self._handle.lane and self._handle.lane.name

    @property
    def pid(self):
        """The number of its process; None while it waits for a lane."""
        return self._handle.lane and self._handle.lane.pid

    @property
    def exitcode(self):
        """The exit code of its process, if it had its own and that has ended."""
        return self._handle.lane and self._handle.lane.exitcode

    def is_alive(self):
        """Reports whether it has not ended yet."""
        return self._handle.running

    @operation
    def join(self):
        """Waits until the job has ended."""
        yield from self._main.join(self._handle)


class MainApi(Api):
    """What a program's main can do: all that a job can, and start jobs."""

    def __init__(self, context, is_async, mode):
        super().__init__(None, context, is_async)
        # The number of jobs in the form.
        self.jobs = context.settings["jobs"]
        self._mode = mode
        self._started = set()
        self._joined = set()
        # Jobs that keep the program alive, with the lines that started them.
        self._kept = {}
        self._has_returned = False

    def start(self, n, daemon=False):
        """Starts job `n` as the mode does. A daemon does not keep the program alive."""
        called = f"start({shown(n)})"
        if type(n) is not int or not 0 <= n <= 1000:
            raise ValueError(f"{called}: needs the number of a job, from 0 to 1000.")
        if type(daemon) is not bool:
            raise TypeError(f"{called}: daemon must be True or False, not {shown(daemon)}.")
        if place()[1] is not None:
            raise RuntimeError(f"{called}: only main can start jobs.")
        if n in self._started:
            raise RuntimeError(f"{called}: job {n} was already started.")
        if self._has_returned:
            raise RuntimeError(f"{called}: main has ended.")
        self._started.add(n)
        emit({"type": "start-job", "job": n})
        line = here()
        # Also on the event loop, as `create_task` does: only a process takes time to open, and no loop has one.
        handle = blocking(self._mode.start(n, daemon))
        if not daemon:
            self._kept[handle] = line
        return Started(self, handle)

    def join(self, handle):
        """Steps of a join."""
        if place()[1] is not None:
            raise RuntimeError("join(): only main can join jobs.")
        line = here()
        if handle in self._joined:
            write_log(0, None, "stderr", f"join: job {handle.job} was already joined.", line)
        self._joined.add(handle)
        wait = {"lane": 0, "job": None, "for": "join", "on": f"job {handle.job}"}
        yield from waiting(wait, line, lambda: handle.ended)

    def finish(self):
        """Steps of the end of the program, after main: reports the jobs that it waits for, and waits."""
        self._has_returned = True
        left = [handle for handle in self._kept if handle.running and handle not in self._joined]
        if left:
            numbers = ", ".join(str(handle.job) for handle in left)
            text = f"Main has ended; the program waits for {'job' if len(left) == 1 else 'jobs'} {numbers}."
            write_log(0, None, "stdout", text, self._kept[left[0]])
        for handle in left:
            wait = {"lane": 0, "job": None, "for": "join", "on": f"job {handle.job}"}
            emit({"type": "wait-started", **wait})
            handle.ended.then(lambda _, wait=wait: emit({"type": "wait-ended", **wait}))
        yield from self._mode.drain()


MODES = ("sequential", "event-loop", "threads", "processes")


def begin_main(order, orders, end):
    """Runs the pass. `orders` calls a listener with the server's orders. `end(reason, error, line)` ends the process."""
    settings, pid = order["settings"], order["pid"]
    fact = {"kind": "main", "name": "main", "pid": pid, "threadId": 0, "parentPid": order["parentPid"]}
    emit({"type": "lane-started", "lane": 0, **fact, "daemon": False, "bootMs": order["bootMs"]})
    if settings.get("script"):
        from .script import begin_script

        return begin_script(order, end)
    mode = settings["mode"]
    is_async = mode == "event-loop"
    try:
        if mode not in MODES:
            raise ValueError(f"Python has no mode {mode}.")
        program = load(settings["program"], is_async)
        if is_async and program.main is not None and program.main_async is None:
            raise TypeError("The program has a main, but no main_async, which the event loop needs.")
        if not is_async and program.main is None and program.main_async is not None:
            raise TypeError("The program has a main_async, but no main, which all but the event loop need.")
    except BaseException as error:
        text = describe(error)
        write_log(0, None, "stderr", f"The program cannot be loaded: {text}", of(error))
        return end("threw", text)
    emit({"type": "lane-ready", "lane": 0})

    hub = None if mode == "processes" else Hub()
    if hub is None:
        state = {"size": 0, "limit": None}
        asker = Asker(0, lambda ask: emit({"type": "ask", "ask": ask}), lambda: state)
    else:

        def new_asker(lane):
            asker = Asker(lane, lambda ask: hub.ask(lane, ask, asker.receive), lambda: hub.state)
            return asker

        asker = new_asker(0)
    gathered = None if program.check is None else Gathered()
    gather = gathered and gathered.add
    if gathered:
        hear_output(lambda job, text: gather({"what": "line", "job": job, "text": text}))
    context = Context(0, "main", pid, settings, program, Memory(), asker, gather)
    match mode:
        case "sequential":
            starter = OneByOne(context)
        case "event-loop":
            starter = event_loop(context)
        case "threads":
            starter = threads(context, hub, order["parentPid"], new_asker)
        case "processes":
            starter = Processes(context)

            def listen(order):
                if order["type"] == "answer":
                    asker.receive(order["answer"])
                elif order["type"] == "queue-state":
                    state.update(order["state"])
                elif order["type"] == "evidence":
                    if gather:
                        gather(order["evidence"])
                else:
                    starter.hear(order)

            orders(listen)
    current.set((0, None))
    api = MainApi(context, is_async, starter)
    code = 0

    def check():
        """Runs the program's check on main's lane, if it has one. Ends the process if it fails."""
        if gathered is None:
            return
        emit({"type": "check-started"})
        hear_output(lambda job, text: None)
        if gathered.is_cut:
            write_log(0, None, "stderr", cut_words())
        try:
            failure = run_check(program.check, gathered.given(settings["jobs"], context.memory))
        except SystemExit as error:
            text = f"It called sys.exit: its process exits with code {exit_code(error)}."
            write_log(0, None, "stderr", f"Check failed: {text}", of(error))
            end(None, exit_code(error))
        if failure is not None:
            text = f"Check failed: {failure[0]}"
            write_log(0, None, "stderr", text, failure[1])
            end("threw", text)

    try:
        try:
            if is_async:
                import asyncio

                asyncio.run(_on_loop(program, api, check, end))
            else:
                (program.main or _standard_main)(api)
        except Exited:
            raise
        except SystemExit as error:
            code = exit_code(error)
            say_exit(error)
            text = f"Main called sys.exit: its process exits with code {code}."
            write_log(0, None, "stderr", text, of(error))
            if is_async:
                end(None, code)
        # Also after `sys.exit`, Python ends when the threads that are no daemons have.
        blocking(api.finish())
        if code == 0:
            check()
    except Exited as exited:
        return end(None, exited.code)
    except BaseException as error:
        text = f"{describe(error)}{outside(error)}"
        write_log(0, None, "stderr", f"Main failed: {text}", of(error))
        return end("threw", text)
    return end("returned", None) if code == 0 else end(None, code)


async def _on_loop(program, api, check, end):
    """Runs main on the event loop, and ends the process before asyncio cancels the daemons that are left."""
    await (program.main_async or _standard_main_async)(api)
    await awaited(api.finish())
    check()
    end("returned", None)


def _standard_main(api):
    """The main of a program that has none: starts all jobs, then joins them in order."""
    for one in [api.start(n) for n in range(api.jobs)]:
        one.join()


async def _standard_main_async(api):
    for one in [api.start(n) for n in range(api.jobs)]:
        await one.join()
