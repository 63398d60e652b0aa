"""Runs the program under test, and the generator of its records, each in a process group of its own.

HANDOFF_BINARY names the program (default: the release build, else the dev build). HANDOFF_SHARED names the
folder with the generator and published packages (default: beside the repository). If one is absent, the tests
that need it skip, and say so.
"""
import os
import signal
import subprocess
import sys
import time
import unittest
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN_SECONDS_MAX = 300
STOP_SECONDS_MAX = 20  # the contract's limit


def binary() -> Path:
    named = os.environ.get("HANDOFF_BINARY")
    choices = [Path(named)] if named else [ROOT / "build/release/handoff", ROOT / "build/dev/handoff"]
    for choice in choices:
        if choice.exists():
            return choice.resolve()
    raise unittest.SkipTest(f"no program at {' or '.join(map(str, choices))}")


def shared(path: str) -> Path:
    """A file of the folder outside the repository. Skips if it is absent."""
    found = Path(os.environ.get("HANDOFF_SHARED", ROOT.parent / "shared")) / path
    if not found.exists():
        raise unittest.SkipTest(f"there is no {found} (HANDOFF_SHARED)")
    return found


def generate(folder: Path, people: int, seed: int, *options: str) -> Path:
    subprocess.run([sys.executable, str(shared("records/generate.py")), "--people", str(people), "--seed", str(seed), "--out", str(folder), *options],
                   check=True)
    return folder


class Program:
    """`handoff ARGUMENTS` as the leader of its own process group. Its output goes to a file. It is stopped
    when the block is left."""

    def __init__(self, log: Path, arguments: Sequence[str]) -> None:
        self.log = log
        with log.open("ab") as output:
            # If the tests run under nohup, that is meant for the tests and not for the program.
            self._process = subprocess.Popen([str(binary()), *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                             start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL))

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        for member in self.members():
            try:
                os.kill(member, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._process.wait()

    def wait(self, seconds: float = RUN_SECONDS_MAX) -> int:
        return self._process.wait(seconds)

    def is_running(self) -> bool:
        return self._process.poll() is None

    def send(self, number: int) -> None:
        """Sends a signal to the program only, and not to its group."""
        self._process.send_signal(number)

    def members(self) -> list[int]:
        """The living processes of the group."""
        result = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    state, _, group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
                except (FileNotFoundError, ProcessLookupError):
                    continue
                if int(group) == self._process.pid and state != "Z":
                    result.append(int(entry.name))
        return result

    def output(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]


def eventually(condition: Callable[[], bool], seconds: float) -> bool:
    """True if the condition comes true in that time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def once(records: Path, data: Path, summary: Path, *options: str) -> Program:
    """The whole job over the records, on a kept folder."""
    return Program(data.with_suffix(".log"), ["sandbox", "--once", "--port", "0", "--data", str(data), "--records", str(records),
                                              "--summary", str(summary), *options])
