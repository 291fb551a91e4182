"""Formats values and errors in texts for people."""


# How many errors of a group are shown.
_PARTS = 10


def describe(error):
    """Formats an error as Python's own tracebacks do: `ValueError: the text`, with its notes; a group with its errors."""
    try:
        text = str(error)
    except Exception:
        text = "something that cannot be shown"
    name = type(error).__name__
    return ": ".join(part for part in (name, text, _notes_of(error), _parts_of(error)) if part)[:1000]


def _notes_of(error):
    notes = getattr(error, "__notes__", None)
    return "; ".join(note for note in notes if isinstance(note, str)) if isinstance(notes, list) else ""


def _parts_of(error):
    if not isinstance(error, BaseExceptionGroup):
        return ""
    try:
        return "; ".join(describe(part) for part in error.exceptions[:_PARTS])
    except Exception:
        return ""


def shown(value):
    """Formats a value as in source code, short, so that "1" and 1 differ. Never raises."""
    try:
        text = repr(value)
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:59]}…"
