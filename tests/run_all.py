"""run_all.py BUILD: every test program of a build, the mappings' own tests and the end-to-end tests, and their results added up.
run_all.py BUILD NAME…: only these test programs and end-to-end tests, as of builds that check addresses or threads."""

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap
import time
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What the sanitizers of the presets asan and tsan are told, unless somebody says otherwise.
SYMBOLIZER = "/usr/bin/llvm-symbolizer-16"
os.environ.setdefault("ASAN_OPTIONS", f"external_symbolizer_path={SYMBOLIZER}:detect_stack_use_after_return=1")
os.environ.setdefault("UBSAN_OPTIONS", f"external_symbolizer_path={SYMBOLIZER}:print_stacktrace=1")
os.environ.setdefault("TSAN_OPTIONS", f"external_symbolizer_path={SYMBOLIZER}:suppressions={ROOT}/tests/sanitizers/threads.txt")


class Tally:
    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0

    def add(self, name: str, passed: int, failed: int, skipped: int, seconds: float) -> None:
        self.passed += passed
        self.failed += failed
        self.skipped += skipped
        print(f"{name:<28}{passed:>5} passed {failed:>3} failed {skipped:>3} skipped {seconds:>7.1f} s", flush=True)


def run(command: list[str], **options) -> tuple[subprocess.CompletedProcess, float]:
    begin = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **options)
    return done, time.monotonic() - begin


def print_failures(cases: list[dict[str, Any]], output: str) -> None:
    """What each failed test said; of a program that failed otherwise, its last words."""
    found = [(case, failure) for case in cases for failure in case.get("failures", [])]
    for case, failure in found[:20]:
        print(f"{case['classname']}.{case['name']}\n{textwrap.indent(failure['failure'][:3000], '    ')}")
    if not found:
        print(output[-8000:])


@dataclasses.dataclass
class Ran:
    program: pathlib.Path
    output: str
    status: int
    seconds: float
    cases: list[dict[str, Any]] | None  # none: it died


def run_googletest(program: pathlib.Path) -> Ran:
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        done, seconds = run([str(program), f"--gtest_output=json:{report}"])
        suites = json.loads(report.read_text())["testsuites"] if report.exists() else None
    cases = None if suites is None else [case for suite in suites for case in suite["testsuite"]]
    return Ran(program, done.stdout, done.returncode, seconds, cases)


def count_googletest(ran: Ran, tally: Tally) -> None:
    if ran.cases is None:
        print(ran.output[-4000:])
        tally.add(ran.program.name, 0, 1, 0, ran.seconds)
        return
    failed = sum("failures" in case for case in ran.cases)
    skipped = sum(case.get("result") == "SKIPPED" for case in ran.cases)
    if failed or ran.status != 0:
        print_failures(ran.cases, ran.output)
        failed = max(failed, 1)
    for line in re.findall(r"(?:Skipped|SKIPPED).*", ran.output)[:3]:
        print(f"    {line}")
    tally.add(ran.program.name, len(ran.cases) - failed - skipped, failed, skipped, ran.seconds)


def run_googletests(programs: list[pathlib.Path], tally: Tally) -> None:
    """As many at a time as there are processors: each has ports and folders of its own. Told in their order."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as several:
        for ran in several.map(run_googletest, programs):
            count_googletest(ran, tally)


def run_counting(name: str, command: list[str], tally: Tally, environment: dict[str, str] | None = None) -> None:
    """A command whose last line counts: "N passed, N failed[, N skipped]"."""
    done, seconds = run(command, env={**os.environ, **(environment or {})})
    counts = re.findall(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", done.stdout, re.M)
    passed, failed, skipped = (int(n or 0) for n in counts[-1]) if counts else (0, 1, 0)
    if done.returncode != 0 and failed == 0:
        failed = 1
    if failed or skipped:
        print(textwrap.indent(done.stdout[-8000:], "    "))  # its own count is no sum of ours
    tally.add(name, passed, failed, skipped, seconds)


def run_whole_program(handoff: pathlib.Path, tally: Tally) -> None:
    mappings = sorted(str(file.parent) for file in (ROOT / "mappings").rglob("map.json"))
    run_counting("mappings", [str(handoff), "map", "test", *mappings], tally)
    if (ROOT / "tests/e2e/run").exists():
        run_counting("end to end", [str(ROOT / "tests/e2e/run")], tally, {"HANDOFF_BINARY": str(handoff)})


def main() -> int:
    build = ROOT / sys.argv[1]
    named = sys.argv[2:]
    tally = Tally()
    modules = [name for name in named if (ROOT / f"tests/e2e/{name}.py").exists()]
    programs = [build / name for name in named if name not in modules]
    built = [program for program in sorted(build.glob("test_*")) if os.access(program, os.X_OK) and program.is_file()]
    run_googletests(programs if named else built, tally)
    if modules:
        run_counting("end to end", [str(ROOT / "tests/e2e/run"), *modules], tally, {"HANDOFF_BINARY": str(build / "handoff")})
    if not named:
        run_counting("format", [str(ROOT / "tests/format")], tally)
        run_whole_program(build / "handoff", tally)
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
