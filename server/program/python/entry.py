"""The entry point of every process of a pass on Python. It says hello and waits for its first order."""
import builtins
import os
import sys

# A program can change what is built in, and its run must still report what happens: our modules have what there was.
_kept = dict(vars(builtins))
_find = sys.meta_path[-1].find_spec


class _Ours:
    """Finds our modules."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        spec = _find(name, path, target) if name.startswith("python.") else None
        if spec is not None:
            spec.loader.create_module = _new
        return spec


def _new(spec):
    module = type(sys)(spec.name)
    module.__builtins__ = _kept
    return module


# Python is isolated: neither the environment nor the current folder says where modules are. Ours come last, since the
# folder has other files, too.
_folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(_folder)
sys.meta_path.insert(0, _Ours)
from python import last_resort, process  # noqa: E402

sys.path.remove(_folder)
try:
    process.begin()
except BaseException as error:
    last_resort.fail(error)
