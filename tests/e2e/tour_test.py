"""The documents' tours. Every `sh` block of a document is run against a sandbox, in order and in one shell.
It must print what stands below it.

The output of a block follows in a fence of its own; a block without one prints nothing. In this excerpt "…"
is any text, and any lines if it stands alone. Everything else is compared.
"""
import os
import re
import subprocess
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path

from program import ROOT, Program, binary, eventually

READY_SECONDS_MAX = 120
TOUR_SECONDS_MAX = 120
# Each with its least number of steps.
DOCUMENTS = {"README.md": 4, "gateway/README.md": 15, "mappings/README.md": 6}
FENCES = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$(?P<blank>\n?)", re.S | re.M)


@dataclass
class Step:
    line: int  # of the document
    commands: str
    excerpt: str = ""


def steps_of(markdown: str) -> list[Step]:
    """Only a fence right below its block is an excerpt."""
    steps: list[Step] = []
    end_of_commands = -1
    for fence in FENCES.finditer(markdown):
        if fence["language"] == "sh":
            steps.append(Step(markdown.count("\n", 0, fence.start()) + 2, fence["text"]))
            end_of_commands = fence.end()
        elif fence.start() == end_of_commands:
            steps[-1].excerpt = fence["text"]
    return steps


def pattern_of(excerpt: str) -> re.Pattern[str]:
    lines = []
    for line in excerpt.splitlines():
        if line.strip() == "…":
            lines.append(r"(?:.*\n)*")
        else:
            lines.append(".*".join(map(re.escape, line.split("…"))) + r"\n")
    return re.compile("".join(lines))


def prints(step: Step, output: str) -> bool:
    return pattern_of(step.excerpt).fullmatch(output) is not None


def run(steps: list[Step], data: Path, programs: Path) -> list[str]:
    """What each step prints, errors included."""
    mark = "end of step 7d1c"
    script = "".join(f'{step.commands}\necho "{mark}"\n' for step in steps)
    environment = {**os.environ, "HANDOFF_DATA": str(data), "PATH": f"{programs}:{os.environ['PATH']}"}
    done = subprocess.run(["bash"], input=script, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
                          env=environment, timeout=TOUR_SECONDS_MAX)
    outputs = done.stdout.split(mark + "\n")
    return (outputs + [""] * len(steps))[:len(steps)]


class TourTest(unittest.TestCase):
    def test_the_documents_print_what_they_say(self) -> None:
        place = tempfile.TemporaryDirectory(prefix="handoff-e2e-")
        self.addCleanup(place.cleanup)
        data, programs = Path(place.name) / "data", Path(place.name) / "programs"
        programs.mkdir()
        (programs / "handoff").symlink_to(binary())
        with Program(Path(place.name) / "log", ["sandbox", "--port", "0", "--data", str(data), "--summary",
                                                str(data / "summary.json")]) as sandbox:
            ready = eventually(lambda: "Ctrl-C ends everything" in sandbox.output() or not sandbox.is_running(), READY_SECONDS_MAX)
            self.assertTrue(ready and sandbox.is_running(), sandbox.output())
            for document, steps_min in DOCUMENTS.items():
                steps = steps_of((ROOT / document).read_text(encoding="utf-8"))
                self.assertGreaterEqual(len(steps), steps_min, document)
                for step, output in zip(steps, run(steps, data, programs)):
                    with self.subTest(f"{document}:{step.line}"):
                        if not prints(step, output):
                            self.fail(f"{step.commands}\nprinted\n{output}\ninstead of\n{step.excerpt}")


class ExcerptTest(unittest.TestCase):
    def test_what_an_excerpt_admits(self) -> None:
        for excerpt, output, admitted in [
            ("", "", True),
            ("", "unannounced\n", False),
            ("404\n", "404\n", True),
            ("404\n", "200\n", False),
            ("404\n", "404\n404\n", False),
            ("404\n404\n", "404\n", False),
            ("a … c\n", "a b c\n", True),
            ("a … c\n", "a\nb c\n", False),
            ("a\n…\nd\n", "a\nb\nc\nd\n", True),
            ("a\n…\nd\n", "a\nd\n", True),
            ("a\n…\nd\n", "a\nb\nc\n", False),
            ("[\"x\"] (1+)\n", "[\"x\"] (1+)\n", True),
            ("a.c\n", "abc\n", False),
        ]:
            with self.subTest(excerpt=excerpt, output=output):
                self.assertEqual(prints(Step(1, "", excerpt), output), admitted)

    def test_an_excerpt_stands_right_below(self) -> None:
        steps = steps_of("text\n```sh\none\n```\n```\n1\n```\nmore\n\n```sh\ntwo\n```\n\n```\nno excerpt\n```\n")
        self.assertEqual([(step.line, step.commands, step.excerpt) for step in steps], [(3, "one\n", "1\n"), (11, "two\n", "")])


if __name__ == "__main__":
    unittest.main()
