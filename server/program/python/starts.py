"""Says that a program can start no other programs: the system refuses that too, with an error that names nothing."""
import sys

_OTHER_PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn")
_FORKS = ("os.fork", "os.forkpty")


def refuse(can_fork):
    """From now on, refuses what starts other programs, with an error that says so; and forks, unless `can_fork`."""

    def heard(event, _):
        if event in _OTHER_PROGRAMS:
            raise PermissionError(f"{event}: a program can start no other programs here.")
        if event in _FORKS and not can_fork:
            raise PermissionError(f"{event}: a program with jobs cannot fork here. To have processes, choose that mode.")

    sys.addaudithook(heard)
