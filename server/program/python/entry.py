"""The entry point of every process of a pass on Python. It says hello and waits for its first order."""
import os
import sys

# Python is isolated: neither the environment nor the current folder says where modules are. Ours come last, since the
# folder has other files, too.
_folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(_folder)
from python import process  # noqa: E402

sys.path.remove(_folder)
process.begin()
