"""The seeded numbers of a job: those of server/spec/random.ts, digit for digit."""
import math

_MASK = 0xFFFFFFFF


def uniform(seed, n):
    """Returns a function that draws numbers in [0, 1) for job `n` of a run with `seed`."""
    state = _mix(_mix(_mix(seed & _MASK) ^ (seed >> 32)) ^ (n & _MASK))

    def draw():
        nonlocal state
        state = (state + 0x6D2B79F5) & _MASK
        x = state
        x = ((x ^ (x >> 15)) * (x | 1)) & _MASK
        x ^= (x + (x ^ (x >> 7)) * (x | 61)) & _MASK
        return (x ^ (x >> 14)) / 2**32

    return draw


def seconds_between(shortest, longest, u):
    """Returns seconds for a draw `u`: in tenths, or in thousandths if the range is under a second."""
    steps = 10 if longest - shortest >= 1 else 1000
    exact = (shortest + u * (longest - shortest)) * steps
    # Halves are rounded up, as in JavaScript. Python's round() goes to the even neighbour.
    rounded = (math.floor(exact) + (exact - math.floor(exact) >= 0.5)) / steps
    seconds = min(longest, max(shortest, rounded))
    return int(seconds) if seconds == int(seconds) else seconds


def _mix(value):
    x = (value + 0x9E3779B9) & _MASK
    x = ((x ^ (x >> 16)) * 0x85EBCA6B) & _MASK
    x = ((x ^ (x >> 13)) * 0xC2B2AE35) & _MASK
    return x ^ (x >> 16)
