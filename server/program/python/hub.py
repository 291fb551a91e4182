"""The queue, the locks and their like of one process: hands them out in the order of the requests (protocol/asks.ts)."""
from threading import RLock

from .turns import Locks, Semaphores


class Hub:
    """Answers the requests of all lanes of this process, from any thread."""

    def __init__(self):
        self._mutex = RLock()
        self._messages = []
        self._limit = None
        self._getting = []
        self._putting = []
        self._locks = Locks()
        self._semaphores = Semaphores()

    @property
    def state(self):
        """The state of the queue, as in protocol/asks.ts."""
        return {"size": len(self._messages), "limit": self._limit}

    def ask(self, lane, ask, send):
        """Handles a lane's request. `send` is called with the answer when it is the lane's turn, at once or later."""
        party = (lane, ask["job"])
        number = ask.get("id")

        def turn(by):
            send({"id": number, "message": None, "by": by})

        with self._mutex:
            match ask["what"]:
                case "put":
                    self._putting.append((party, ask["message"], turn))
                    self._move()
                case "get":
                    self._getting.append((party, lambda message: send({"id": number, "message": message})))
                    self._move()
                case "limit":
                    self._limit = ask["length"]
                    turn(None)
                    self._move()
                case "acquire":
                    self._locks.acquire(ask["lock"], party, turn)
                case "release":
                    self._locks.release(ask["lock"], party)
                case "semaphore":
                    error = self._semaphores.fix(ask["semaphore"], ask["permits"])
                    send({"id": number, "message": None, "error": error})
                case "take-permit":
                    self._semaphores.acquire(ask["semaphore"], party, turn)
                case "give-permit":
                    self._semaphores.release(ask["semaphore"], party, ask["by"])
                case "wait":

                    def notified(by):
                        send({"id": ask["notified"], "message": None, "by": by})

                    self._locks.wait(ask["condition"], ask["lock"], party, notified, turn)
                case "notify":
                    self._locks.notify(ask["condition"], ask["all"], ask["by"])

    def leave(self, lane):
        """Drops the waiting requests of a lane that has ended."""
        with self._mutex:
            self._getting = [wait for wait in self._getting if wait[0][0] != lane]
            self._putting = [wait for wait in self._putting if wait[0][0] != lane]
            self._locks.leave(lane)
            self._semaphores.leave(lane)

    def _move(self):
        """Moves messages from puts to gets while there is room."""
        answers = []
        while True:
            moved = False
            if self._putting and (self._limit is None or len(self._messages) < self._limit):
                _, message, turn = self._putting.pop(0)
                self._messages.append(message)
                answers.append((turn, None))
                moved = True
            if self._messages and self._getting:
                _, take = self._getting.pop(0)
                answers.append((take, self._messages.pop(0)))
                moved = True
            if not moved:
                break
        for answer, value in answers:
            answer(value)
