"""What happens inside of pytest: which test reaches which line, and the tests run again for every fault, in a fork each."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
import time
import types
import typing as t
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from .faults import Fault, Source, function_code

KILLED, SURVIVED, SLOW = "killed", "survived", "too slow"


class Reach(t.TypedDict):
    """What one test does without a fault: whether it passes, how long it takes, the lines of each file that it reaches."""

    passed: bool
    seconds: float
    lines: dict[str, list[int]]


def in_fork(work: t.Callable[[], bool], seconds: int) -> str:
    """Do it in a process of its own: SURVIVED where it returns True, KILLED where not, SLOW where time runs out."""
    child = os.fork()
    if not child:
        code = 1
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(seconds)
            code = 0 if work() else 1
        except BaseException:
            code = 1
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return SLOW if os.WTERMSIG(status) == signal.SIGALRM else KILLED
    return KILLED if os.WEXITSTATUS(status) else SURVIVED


class Tracer:
    """Notes which lines of some files run."""

    def __init__(self, files: t.Collection[str]) -> None:
        """Take the real paths of the files."""
        self._files = files
        self._names: dict[str, str | None] = {}
        self.lines: dict[str, set[int]] = {}

    def __enter__(self) -> Tracer:
        """Begin."""
        threading.settrace(self._on_call)
        sys.settrace(self._on_call)
        return self

    def __exit__(self, *_error: object) -> None:
        """End."""
        sys.settrace(None)
        threading.settrace(None)

    def _on_call(self, frame: types.FrameType, _event: str, _argument: object) -> t.Any:
        name = frame.f_code.co_filename
        if name not in self._names:
            real = os.path.realpath(name)
            self._names[name] = real if real in self._files else None
        real_name = self._names[name]
        if real_name is None:
            return None
        lines = self.lines.setdefault(real_name, set())

        def on_line(inner: types.FrameType, _what: str, _value: object) -> t.Any:
            lines.add(inner.f_lineno)
            return on_line

        return on_line


class Functions:
    """The functions of some files that live in this process."""

    def __init__(self, files: t.Collection[str]) -> None:
        """Find them."""
        self._found: dict[tuple[str, str, int], list[types.FunctionType]] = {}
        for function in gc.get_objects():
            if isinstance(function, types.FunctionType):
                code = function.__code__
                real = os.path.realpath(code.co_filename)
                if real in files:
                    self._found.setdefault((real, code.co_qualname, code.co_firstlineno), []).append(function)

    def change(self, file: str, module: types.CodeType, function: tuple[str, int]) -> bool:
        """Give them the code that this module has for the function; return whether there are any."""
        code = function_code(module, function)
        functions = self._found.get((file, *function), [])
        for one in functions:
            if code is not None:
                one.__code__ = code
        return code is not None and bool(functions)

    def compile_again(self, file: str, module: types.CodeType) -> None:
        """Give all functions of a file the code of this module: nothing may change by that."""
        for real, name, line in self._found:
            if real == file:
                self.change(file, module, (name, line))


class Session:
    """A plugin of pytest that runs the tests in its own way once they are collected."""

    def __init__(
        self, chosen: dict[str, tuple[Source, list[Fault]]], build: Path, tell: t.Callable[[str], None]
    ) -> None:
        """Take the faults by file (real path), a directory to write into, and what shows progress."""
        self._chosen = chosen
        self._build = build
        self._tell = tell

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Trace all tests once, then run for every fault those that reach it."""
        files = set(self._chosen)
        functions = Functions(files)
        started = time.monotonic()
        in_fork(lambda: self._trace(session.items, functions), 3600)
        reach: dict[str, Reach] = json.loads((self._build / "reach.json").read_text())
        failing = [name for name, one in reach.items() if not one["passed"]]
        self._tell(
            f"{len(reach)} tests traced in {time.monotonic() - started:.0f} s, left out as they fail: {failing or 'none'}"
        )
        imported = {
            os.path.realpath(module.__file__)
            for module in list(sys.modules.values())
            if getattr(module, "__file__", None)
        }
        (self._build / "imported.json").write_text(json.dumps(sorted(imported & files)))
        results: dict[str, dict[int, str]] = {}
        for file, (source, faults) in self._chosen.items():
            for fault in faults:
                if fault.function is not None:
                    result = self._result(session.items, reach, functions, file, source, fault)
                    results.setdefault(file, {})[fault.number] = result
            self._tell(
                f"{Path(file).parent.name}/{Path(file).name}: {len(results.get(file, {}))} faults inside of functions"
            )
        (self._build / "functions.json").write_text(json.dumps(results))
        return True

    def _trace(self, items: list[pytest.Item], functions: Functions) -> bool:
        for file, (source, _) in self._chosen.items():
            functions.compile_again(file, compile(source.tree, source.filename, "exec", dont_inherit=True))
        reach: dict[str, Reach] = {}
        for item, following in zip(items, [*items[1:], None], strict=True):
            started = time.monotonic()
            with Tracer(set(self._chosen)) as tracer:
                passed = _passes(item, following)
            lines = {file: sorted(numbers) for file, numbers in tracer.lines.items()}
            reach[item.nodeid] = {"passed": passed, "seconds": time.monotonic() - started, "lines": lines}
        (self._build / "reach.json").write_text(json.dumps(reach))
        return True

    def _result(
        self,
        items: list[pytest.Item],
        reach: dict[str, Reach],
        functions: Functions,
        file: str,
        source: Source,
        fault: Fault,
    ) -> str:
        """Return "" where no test reaches the line."""
        tests = [item for item in items if _reaches(reach[item.nodeid], file, fault)]
        if not tests or fault.function is None:
            return ""
        tests.sort(key=lambda item: reach[item.nodeid]["seconds"])
        seconds = sum(reach[item.nodeid]["seconds"] for item in tests)
        code = source.with_fault(fault)
        place = fault.function

        def survives() -> bool:
            if not functions.change(file, code, place):
                raise LookupError(place)
            following = [*tests[1:], None]
            return all(_passes(item, after) for item, after in zip(tests, following, strict=True))

        return in_fork(survives, 20 + int(5 * seconds))


def _reaches(reach: Reach, file: str, fault: Fault) -> bool:
    return reach["passed"] and not fault.lines.isdisjoint(reach["lines"].get(file, ()))


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))
