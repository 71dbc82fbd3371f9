# Runs inside the sandbox: calls one function with each of the given arguments and reports how each call ended, on descriptor 3.
import asyncio
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import importlib
import inspect
import io
import json
import os
import random
import sys
import time
import types

REPORT = os.fdopen(3, "w", encoding="utf-8", errors="surrogatepass")
KEPT = 4000
MAX_OUTPUT = 4 * 1024 * 1024
ROUND = int(os.environ.get("AWO_ROUND", "0"))
# Raised by the language itself rather than by a statement of the code, where the innermost frame did not raise.
ACCIDENTS = (TypeError, AttributeError, KeyError, IndexError, NameError, ZeroDivisionError, RecursionError, UnicodeError, OverflowError, ValueError, decimal.InvalidOperation, AssertionError, StopIteration)


def say(line):
    REPORT.write(json.dumps(line) + "\n")
    REPORT.flush()


class TooMuch(BaseException):
    pass


class Kept(io.TextIOBase):
    def __init__(self):
        self.text, self.size = "", 0

    def writable(self):
        return True

    def write(self, text):
        text = str(text)
        self.size += len(text)
        self.text = (self.text + text)[:KEPT]
        if self.size > MAX_OUTPUT:
            raise TooMuch()
        return len(text)


def set_clock():
    start = 1768473000 + ROUND * 34567890
    base = datetime.datetime

    class Now(base):
        @classmethod
        def now(cls, tz=None):
            return base.fromtimestamp(start, tz)

        @classmethod
        def utcnow(cls):
            return base.fromtimestamp(start, datetime.timezone.utc).replace(tzinfo=None)

        @classmethod
        def today(cls):
            return base.fromtimestamp(start)

    day = datetime.date

    class Today(day):
        @classmethod
        def today(cls):
            return base.fromtimestamp(start).date()

    time.time = lambda: float(start)
    time.time_ns = lambda: start * 10**9
    datetime.datetime, datetime.date = Now, Today
    random.seed(7 + ROUND)
    return base, day


def decode(value, space):
    kind, v, name = value["t"], value.get("v"), value.get("as")
    if kind in ("null", "undefined"):
        return None
    if kind == "num":
        return float(v) if name == "float" or isinstance(v, str) else v
    if kind == "big":
        return int(v)
    if kind == "list":
        items = [decode(one, space) for one in v]
        return tuple(items) if name == "tuple" else set(items) if name == "set" else items
    if kind == "obj":
        fields = {key: decode(one, space) for key, one in v}
        return space[name](**fields) if name else fields
    if kind == "map":
        return {decode(key, space): decode(one, space) for key, one in v}
    if kind == "new":
        return space[name](*[decode(one, space) for one in v])
    if kind == "raw":
        return eval(v, space)
    if kind == "date":
        return datetime.datetime.fromisoformat(v.replace("Z", "+00:00"))
    return v


class Encoder:
    def __init__(self, real):
        self.room, self.datetime, self.date = 3000, real[0], real[1]

    def encode(self, value, depth=0, above=()):
        self.room -= 1
        if self.room < 0 or depth > 8:
            return {"t": "opaque", "v": "more"}
        if id(value) in above:
            return {"t": "opaque", "v": "itself"}

        def inner(one):
            return self.encode(one, depth + 1, above + (id(value),))

        if value is None:
            return {"t": "null"}
        if isinstance(value, enum.Enum):
            return {"t": "raw", "v": f"{type(value).__name__}.{value.name}"}
        if isinstance(value, bool):
            return {"t": "bool", "v": value}
        if isinstance(value, int):
            return {"t": "num", "v": value} if abs(value) < 2**53 else {"t": "big", "v": str(value) if abs(value) < 10**4000 else "a number of very many digits"}
        if isinstance(value, float):
            if value != value:
                return {"t": "num", "v": "NaN", "as": "float"}
            if value in (float("inf"), float("-inf")):
                return {"t": "num", "v": "Infinity" if value > 0 else "-Infinity", "as": "float"}
            return {"t": "num", "v": value, "as": "float"}
        if isinstance(value, str):
            return {"t": "str", "v": value if len(value) <= KEPT else f"{value[:KEPT]}... {len(value)} characters"}
        if isinstance(value, (bytes, bytearray, decimal.Decimal)):
            return {"t": "raw", "v": repr(value)[:KEPT]}
        if isinstance(value, (self.datetime, self.date, datetime.timedelta, datetime.time)):
            return {"t": "raw", "v": repr(value).replace("datetime.", "").replace("set_clock.<locals>.", "").replace("Now(", "datetime(").replace("Today(", "date(")}
        if isinstance(value, list):
            return {"t": "list", "v": [inner(one) for one in value[:500]]}
        if isinstance(value, tuple) and not hasattr(value, "_fields"):
            return {"t": "list", "v": [inner(one) for one in value[:500]], "as": "tuple"}
        if isinstance(value, (set, frozenset)):
            return {"t": "list", "v": sorted((inner(one) for one in value), key=json.dumps), "as": "set"}
        if isinstance(value, collections.abc.Mapping):
            if all(isinstance(key, str) for key in value):
                return {"t": "obj", "v": [[key, inner(value[key])] for key in list(value)[:200]]}
            return {"t": "map", "v": [[inner(key), inner(value[key])] for key in list(value)[:200]]}
        if isinstance(value, BaseException):
            return {"t": "error", "as": type(value).__name__, "v": str(value)[:KEPT]}
        if inspect.isgenerator(value) or isinstance(value, (map, filter, zip, range, type({}.keys()), type({}.values()), type({}.items()))):
            taken = []
            for one in value:
                taken.append(inner(one))
                if len(taken) >= 100:
                    break
            return {"t": "list", "v": taken, "as": "iterator"}
        if callable(value):
            return {"t": "opaque", "v": "a function"}
        if hasattr(value, "_asdict"):
            return {"t": "obj", "v": [[key, inner(one)] for key, one in value._asdict().items()], "as": type(value).__name__}
        if dataclasses.is_dataclass(value):
            return {"t": "obj", "v": [[field.name, inner(getattr(value, field.name))] for field in dataclasses.fields(value)], "as": type(value).__name__}
        fields = getattr(value, "__dict__", None)
        if fields is None:
            return {"t": "opaque", "v": f"a {type(value).__name__}"}
        return {"t": "obj", "v": [[str(key), inner(one)] for key, one in list(fields.items())[:200]], "as": type(value).__name__}


def raised_by_code(error):
    """Whether the innermost frame stands at a raise statement."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    if at is None:
        return False
    try:
        lines = inspect.getsourcelines(inspect.getmodule(at.tb_frame) or at.tb_frame.f_code)[0]
        return any("raise" in line or "assert" in line for line in lines[max(0, at.tb_lineno - 4) : at.tb_lineno])
    except (OSError, TypeError):
        return False


def one(i, case, task, space, real):
    kept = Kept()
    say({"begin": i})
    args = []
    later = False
    out, err = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = kept
    try:
        args = [decode(value, space) for value in case]
        fn = space[task["path"][0]]
        if task["receiver"]:
            fn = getattr(args[0], task["path"][1])
        else:
            for name in task["path"][1:]:
                fn = getattr(fn, name)
        result = fn(*(args[1:] if task["receiver"] else args))
        if inspect.iscoroutine(result):
            later = True

            async def wait():
                return await asyncio.wait_for(result, 1)

            result = asyncio.run(wait())
        ended = {"kind": "returned", "value": Encoder(real).encode(result), **({"later": True} if later else {})}
    except asyncio.TimeoutError:
        ended = {"kind": "never-ends", "afterMs": 1000}
    except SystemExit as error:
        ended = {"kind": "exited", "code": error.code if isinstance(error.code, int) else 0 if error.code is None else 1}
    except TooMuch:
        ended = {"kind": "too-much-output", "bytes": kept.size}
    except BaseException as error:
        accident = isinstance(error, ACCIDENTS) and not raised_by_code(error)
        ended = {"kind": "threw", "type": type(error).__name__, "message": str(error)[:KEPT], "accident": accident}
    finally:
        sys.stdout, sys.stderr = out, err
    say({"end": i, "outcome": {"ended": ended, "args": [Encoder(real).encode(arg) for arg in args], "output": kept.text}})


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        task = json.load(file)
    sys.setrecursionlimit(3000)
    sys.path[:0] = task["paths"]
    real = set_clock()
    module = importlib.import_module(task["module"])
    space = {"SimpleNamespace": types.SimpleNamespace, "Decimal": decimal.Decimal, "datetime": datetime.datetime, "date": datetime.date, "timedelta": datetime.timedelta}
    space.update(vars(module))
    space.update({"datetime": datetime.datetime, "date": datetime.date})
    say({"loaded": True})
    for i in range(int(sys.argv[2]), len(task["cases"])):
        one(i, task["cases"][i], task, space, real)
    REPORT.flush()
    os._exit(0)


main()
