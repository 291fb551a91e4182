"""Memory that a script's processes share where the system has none: in a jail, nothing can be made. There is one file."""
import mmap
import os
import struct
from multiprocessing import heap

from .semaphores import PipeSemaphore

_PAGE = 4096
_USED = struct.Struct("Q")


def install(path):
    """Makes `multiprocessing` take the memory of `Value`, `Array` and their like from that file, which has its size."""
    fd = os.open(path, os.O_RDWR)
    try:
        everything = mmap.mmap(fd, os.fstat(fd).st_size, mmap.MAP_SHARED)
    finally:
        os.close(fd)
    # How much of it is in use, in its first page, and the lock for that: processes may need memory at the same time.
    _USED.pack_into(everything, 0, _PAGE)
    guard = PipeSemaphore(1, 1, 1, None, True)

    class Arena:
        """A part of it, as `multiprocessing` divides it further. What is given back is not used again."""

        def __init__(self, size, fd=-1):
            self.size, self.fd = size, fd
            with guard:
                (start,) = _USED.unpack_from(everything)
                if start + size > len(everything):
                    most = len(everything) >> 20
                    raise MemoryError(f"A script’s processes can share at most {most} MiB of memory here.")
                _USED.pack_into(everything, 0, start + -(-size // _PAGE) * _PAGE)
            self.buffer = memoryview(everything)[start : start + size]

    heap.Arena = Arena
