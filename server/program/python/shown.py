"""Formats values and errors in texts for people."""


def describe(error):
    """Formats an error in the way of Python's own tracebacks: `ValueError: the text`."""
    try:
        text = str(error)
    except Exception:
        text = "something that cannot be shown"
    name = type(error).__name__
    return (f"{name}: {text}" if text else name)[:1000]


def shown(value):
    """Formats a value as in source code, short, so that "1" and 1 differ. Never raises."""
    try:
        text = repr(value)
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:59]}…"
