"""The numbers of lanes, which all processes of a script take from one pipe: none is given out twice."""
import os

# Most lanes besides main, as in protocol/parse.ts.
_MOST = 1000
_BYTES = 2


class Numbers:
    """The numbers of lanes that are free, from 1."""

    def __init__(self):
        self._out, self._in = os.pipe()
        os.set_blocking(self._out, False)
        os.write(self._in, b"".join(map(_bytes, range(1, _MOST + 1))))

    def take(self):
        """Returns the next free number; None if there is none."""
        try:
            return int.from_bytes(os.read(self._out, _BYTES), "big") or None
        except OSError:
            # None is left, or the script has closed what it did not open.
            return None

    def give_back(self, number):
        """Makes a number free that was taken and not used."""
        os.write(self._in, _bytes(number))


def _bytes(number):
    return number.to_bytes(_BYTES, "big")
