"""Killed or stopped in the middle again and again, and then run to the end: nothing is lost, nothing is sent
twice, nothing stays behind."""
import random
import shutil
import signal
import tempfile
import time
import unittest
from pathlib import Path

from outcome import Outcome, event_numbers, outcome, with_ids_of, without_seconds
from program import STOP_SECONDS_MAX, binary, eventually, generate, once

ENDS = 6
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
        """Runs to the end. Returns the outcome and the time that it took."""
        data, summary, start = self.folder / name, self.folder / f"{name}.json", time.monotonic()
        with once(self.records, data, summary) as program:
            self.assertEqual(program.wait(), 0, program.output())
        return outcome(data, summary), time.monotonic() - start

    def end_after(self, name: str, seconds: float, number: signal.Signals, gone_within: float) -> bool:
        """True if the program was still at work when the signal came. It and its partner must be gone within
        that time."""
        with once(self.records, self.folder / name, self.folder / f"{name}.json") as program:
            time.sleep(seconds)
            at_work = program.is_running()
            program.send(number)
            gone = eventually(lambda: not program.members(), gone_within)
            self.assertTrue(gone, f"{len(program.members())} processes outlive {number.name} after {seconds} s\n{program.output()}")
            return at_work

    def same(self, survivor: Outcome, undisturbed: Outcome, told: str) -> None:
        known = undisturbed.summary["deliveries"]
        self.assertEqual([item for item in survivor.summary["deliveries"] if item not in known], [], told)
        self.assertEqual(without_seconds(survivor.summary), without_seconds(undisturbed.summary), told)
        self.assertEqual(set(survivor.received), set(undisturbed.received), told)
        for place, document in undisturbed.received.items():
            self.assertEqual(survivor.received[place], document, f"{place}, {told}")
        self.assertEqual(set(survivor.notified), set(undisturbed.notified), told)
        self.assertEqual(set(survivor.pulled), set(undisturbed.pulled), told)
        for recipient, numbers in event_numbers(survivor).items():
            self.assertEqual(sorted(numbers), list(range(1, len(numbers) + 1)), f"{recipient}, {told}")
        for place, bundle in undisturbed.pulled.items():
            self.assertEqual(survivor.pulled[place], bundle, f"{place}, {told}")

    def test_ended_in_the_middle_it_ends_like_an_undisturbed_run(self) -> None:
        undisturbed, seconds = self.complete("undisturbed")
        chance = random.Random()
        for number, gone_within in ((signal.SIGKILL, ORPHAN_SECONDS_MAX), (signal.SIGTERM, STOP_SECONDS_MAX)):
            with self.subTest(number.name):
                # One signal in each part of the work, because a new run does not repeat what an ended run has
                # done.
                with_ids_of(self.folder / number.name, self.folder / "undisturbed")
                moments = [chance.uniform(0.2, 1.0) * seconds / (ENDS + 1) for _ in range(ENDS)]
                ended = [self.end_after(number.name, moment, number, gone_within) for moment in moments]
                self.assertIn(True, ended, "the program was never at work when the signal came")
                survivor, _ = self.complete(number.name)
                self.same(survivor, undisturbed, f"{number.name} after {moments} s, at work {ended}")


if __name__ == "__main__":
    unittest.main()
