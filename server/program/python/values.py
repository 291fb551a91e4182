"""Values on their way to another lane: as JSON, if reading it gives them back unchanged."""
import json

# Longest value as JSON, as in protocol/asks.ts.
_VALUE_BYTES = 1024
_UNWRITABLE = frozenset(map(chr, [*range(32), *range(127, 160), 0x2028, 0x2029]))


def to_json(value):
    """Returns a value as JSON. Raises if it, or a part of it, cannot be copied that way, or if it is too large."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        size = len(text.encode())
    except UnicodeEncodeError:
        text = json.dumps(value, allow_nan=False, separators=(",", ":"))
        size = len(text)
    except RecursionError:
        raise TypeError("This value cannot be copied to another lane: it is nested too deeply.") from None
    except (TypeError, ValueError) as error:
        raise TypeError(f"This value cannot be copied to another lane: {error}.") from None
    if size > _VALUE_BYTES:
        raise ValueError(f"A value may have at most {_VALUE_BYTES} bytes as JSON.")
    if json.loads(text) != value:
        what = _unlike(value)
        raise TypeError(f"{what} cannot be copied to another lane: use lists, and dicts with texts as keys.")
    return text


def _unlike(value):
    if isinstance(value, dict):
        unlike = next((item for item in value.values() if isinstance(item, (dict, list, tuple))), None)
        keys = all(isinstance(key, str) for key in value)
        return _unlike(unlike) if keys and unlike is not None else "A dict with such keys"
    if isinstance(value, list):
        unlike = next((item for item in value if isinstance(item, (dict, list, tuple))), None)
        return _unlike(unlike) if unlike is not None else "This list"
    return f"A {type(value).__name__}"


def check_name(called, name):
    """Raises if `name` cannot be that of a lock, a semaphore or a condition: 1 to 100 characters, on one line."""
    is_name = isinstance(name, str) and 0 < len(name) <= 100 and not _UNWRITABLE.intersection(name)
    if not is_name or any("\ud800" <= letter <= "\udfff" for letter in name):
        raise TypeError(f"{called}({name!r:.60}): needs a name of 1 to 100 characters, on one line.")
