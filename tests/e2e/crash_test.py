"""Killed in the middle, three times, and run to the end: nothing is lost, nothing is sent twice, nothing stays behind."""
import random
import shutil
import signal
import tempfile
import time
import unittest
from pathlib import Path

from outcome import Outcome, outcome, without_seconds
from program import binary, eventually, generate, once

KILLS = 3
ORPHAN_SECONDS_MAX = 10
PEOPLE = 120


class CrashTest(unittest.TestCase):
    folder: Path
    records: Path

    def setUp(self) -> None:
        binary()
        self.folder = Path(tempfile.mkdtemp(prefix="handoff-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.records = generate(self.folder / "records", PEOPLE, 7)

    def complete(self, name: str) -> tuple[Outcome, float]:
        """Runs to the end; what came of it, and how long it took."""
        data, summary, start = self.folder / name, self.folder / f"{name}.json", time.monotonic()
        with once(self.records, data, summary) as program:
            self.assertEqual(program.wait(), 0, program.output())
        return outcome(data, summary), time.monotonic() - start

    def kill_after(self, name: str, seconds: float) -> bool:
        """Whether the program was still at work when it was killed."""
        with once(self.records, self.folder / name, self.folder / f"{name}.json") as program:
            time.sleep(seconds)
            at_work = program.is_running()
            program.send(signal.SIGKILL)
            gone = eventually(lambda: not program.members(), ORPHAN_SECONDS_MAX)
            self.assertTrue(gone, f"{len(program.members())} processes outlive the killed program")
            return at_work

    def test_killed_three_times_it_ends_like_an_undisturbed_run(self) -> None:
        undisturbed, seconds = self.complete("undisturbed")
        chance = random.Random()
        # One in each part of the work: what a killed run has done is not done again.
        moments = [chance.uniform(0.2, 1.0) * seconds / (KILLS + 1) for _ in range(KILLS)]
        killed = [self.kill_after("killed", moment) for moment in moments]
        self.assertIn(True, killed, "the program was never killed at work")
        survivor, _ = self.complete("killed")
        told = f"killed after {moments} s, at work {killed}"
        self.assertEqual(without_seconds(survivor.summary), without_seconds(undisturbed.summary), told)
        self.assertEqual(set(survivor.received), set(undisturbed.received), told)
        for place, document in undisturbed.received.items():
            self.assertEqual(survivor.received[place], document, f"{place}, {told}")


if __name__ == "__main__":
    unittest.main()
