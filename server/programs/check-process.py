"""The check process: reads programs in Python from its standard input, a line of JSON each, and answers each with a line.

It compiles them and executes none. The server (compiler.ts) limits its time and memory, and replaces it after a
failure: no parser can be trusted with every text. For the same reason it gives up the right to open anything.
"""
import _ast
import _symtable
import json
import resource
import sys

# The flag of `compile` to stop at the syntax tree, and those of a name in `symtable`: it is assigned, or imported.
_ONLY_AST = 0x400
_BOUND = 2 | 2 << 6
# What takes away from a text what it says of the names in a module.
_HIDDEN = {"exec", "eval", "globals", "locals", "vars", "setattr", "__import__"}
_JOBS = {"job", "job_async"}
# Modules of which a script uses at least one.
_OF_SCRIPTS = {"threading", "_thread", "concurrent", "queue", "multiprocessing"}
# What starts processes, and the modules that have it.
_STARTERS = {"Process", "Pool", "ProcessPoolExecutor", "fork"}
_OF_PROCESSES = {"multiprocessing", "multiprocessing.pool", "multiprocessing.process", "concurrent.futures", "os"}
_START = {"line": 1, "column": 1}
_NO_JOB = 'The program has no function "job", and starts no threads or processes of its own. Write: def job(n, api): …'
_TOO_DEEP = "Python cannot read this program: something in it is nested too deeply."
_MOST_BYTES = 512 * 2**20


def check(source):
    """Returns what is wrong with a program, a list with the line, the column and the text of each error; and what kind of
    script it is: of "threads" or "processes", or none."""
    at = source.find("\0")
    if at >= 0:
        line, column = source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)
        return [_error(source, line, column, "There is a null character here")], None
    try:
        tree = compile(source, "program.py", "exec", _ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        return [_error(source, error.lineno, error.offset, error.msg)], None
    try:
        compile(source, "program.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        # What is found in the tree has a column in bytes.
        column = _characters(source, error.lineno, error.offset)
        return [_error(source, error.lineno, column, error.msg)], None
    errors = [
        _error(source, node.lineno, _characters(source, node.lineno, node.col_offset + 1), text)
        for node in tree.body
        if (text := _wrong_import(node))
    ]
    script = _script_of(tree)
    if errors or script or _has_job(source, tree):
        return errors, script
    return [{**_START, "text": _NO_JOB}], None


def _script_of(tree):
    """Returns what a program starts that is a script: it uses Python's own threads or processes, and has no job for us to
    start. None if it is none."""
    if any(_defines_job(node) for node in _nodes(tree, _ast.ClassDef)):
        return None
    names = {name.split(".")[0] for node in _nodes(tree) for name in _imported(node)}
    if names & {"os", "multiprocessing", "concurrent"} and any(_starts_processes(node) for node in _nodes(tree)):
        return "processes"
    return "threads" if names & _OF_SCRIPTS else None


def _starts_processes(node):
    if type(node) is _ast.Attribute:
        return node.attr in _STARTERS
    if type(node) is not _ast.ImportFrom or node.module not in _OF_PROCESSES:
        return False
    return any(alias.name in _STARTERS or alias.name == "*" for alias in node.names)


def _defines_job(node):
    # A script may give that name to a thread: `job = Thread(…)`.
    if type(node) is _ast.Assign and type(node.value) in (_ast.Lambda, _ast.Name):
        return any(type(one) is _ast.Name and one.id in _JOBS for one in node.targets)
    is_function = type(node) in (_ast.FunctionDef, _ast.AsyncFunctionDef)
    return is_function and node.name in _JOBS and _takes_two(node.args)


def _takes_two(args):
    """Reports whether a function can be called as our jobs are, with a number and the api: a script may call its own job."""
    given = len(args.posonlyargs) + len(args.args)
    required = given - len(args.defaults)
    return required <= 2 and (given >= 2 or args.vararg is not None) and not any(one is None for one in args.kw_defaults)


def _imported(node):
    """Returns the names of the modules that a statement imports."""
    if type(node) is _ast.ImportFrom:
        return [node.module or ""]
    return [alias.name for alias in node.names] if type(node) is _ast.Import else []


def _nodes(tree, left_out=()):
    """Returns the nodes of a tree, but for the insides of those of a kind that is left out."""
    rest = [tree]
    while rest:
        node = rest.pop()
        yield node
        if isinstance(node, left_out):
            continue
        for field in node._fields:
            value = getattr(node, field, None)
            rest.extend(one for one in (value if type(value) is list else [value]) if isinstance(one, _ast.AST))


def _wrong_import(node):
    """Returns what is wrong with an import that the program cannot do without; None if nothing is."""
    if type(node) is _ast.ImportFrom:
        if node.level > 0:
            return "A program is one file: it has no package to import from"
        names = [node.module]
    elif type(node) is _ast.Import:
        names = [alias.name for alias in node.names]
    else:
        return None
    for name in names:
        if name.split(".")[0] not in sys.stdlib_module_names:
            shown = name if len(name) <= 60 else f"{name[:60]}…"
            return f"“{shown}” cannot be imported. A program can import only Python’s own modules, such as collections"
    return None


def _has_job(source, tree):
    """Reports whether the program has a job, as far as can be seen: if in doubt, it has."""
    symbols = _symtable.symtable(source, "program.py", "exec").symbols
    if any(symbols.get(name, 0) & _BOUND for name in _JOBS):
        return True
    for node in _nodes(tree):
        if type(node) is _ast.Global and _JOBS & set(node.names):
            return True
        if type(node) is _ast.ImportFrom and node.names[0].name == "*":
            return True
        if type(node) is _ast.Name and node.id in _HIDDEN:
            return True
    return False


def _line(source, number):
    lines = source.split("\n")
    return lines[number - 1] if 1 <= number <= len(lines) else ""


def _characters(source, line, offset):
    """Returns a column in characters for one in bytes of UTF-8; both count from 1."""
    if line is None or offset is None:
        return None
    return len(_line(source, line).encode()[: max(0, offset - 1)].decode(errors="ignore")) + 1


def _error(source, line, column, text):
    """Returns an error at a place of the program, in UTF-16 as editors count; columns come in characters."""
    last = source.rstrip().count("\n") + 1
    if line is None or line > last:
        # After the end.
        line, column = last, len(_line(source, last)) + 1
    line = max(1, line)
    shown = _line(source, line)
    column = min(max(1, column or 1), len(shown) + 1)
    units = sum(2 if ord(one) > 0xFFFF else 1 for one in shown[: column - 1])
    return {"line": line, "column": units + 1, "text": _sentence(str(text))}


def _sentence(words):
    """Returns Python's words as a sentence. They may quote the program."""
    text = f"{words[:200]}…" if len(words) > 200 else words
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _answer(source):
    """Returns the answer for a program, and whether this process must be replaced."""
    try:
        errors, script = check(source)
        is_spent = False
    except (RecursionError, MemoryError):
        # The parser says so where it would need too much of the stack.
        errors, is_spent = [{**_START, "text": _TOO_DEEP}], True
    except Exception as error:
        errors, is_spent = [{**_START, "text": _sentence(f"Python cannot read this program: {error}")}], True
    if errors:
        return {"ok": False, "errors": errors}, is_spent
    compiled = {"ok": True, "text": source, "unordered": [], "hasState": True}
    if script:
        compiled["isScript"] = True
    if script == "processes":
        compiled["startsProcesses"] = True
    return compiled, is_spent


def _confine():
    """Gives up what the process does not need: to open files or sockets, to write files, to grow without end."""
    limits = {"RLIMIT_NOFILE": 3, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_AS": _MOST_BYTES}
    for name, most in limits.items():
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, ValueError, OSError):
            # Not every system has each; the server watches the memory, too.
            pass


def serve():
    """Answers programs until the input ends."""
    orders, answers = sys.stdin.buffer, sys.stdout

    def say(report):
        answers.write(json.dumps(report) + "\n")
        answers.flush()

    # Names beyond ASCII need a module, which cannot be loaded later.
    compile("é = 1", "program.py", "exec")
    _confine()
    say({"started": True})
    for line in orders:
        order = json.loads(line)
        compiled, is_spent = _answer(order["source"])
        say({"id": order["id"], "isSpent": is_spent, "compiled": compiled})


if __name__ == "__main__":
    serve()
