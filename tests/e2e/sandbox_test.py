"""The whole job on generated records: what was taken in, delivered and not delivered, compared with the
oracle.

HANDOFF_E2E_SEEDS names the seeds of 400 people (default "1 2 3").
"""
import datetime as dt
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import consent_changes
import edits
import pulled
from document import findings, member_id
from expected import AS_OF, Expectation, expect
from outcome import Outcome, event_numbers, outcome, store_size, without_seconds
from program import binary, generate, once
from records import Values
from summary import delivery_findings, feed_findings, notified_findings, received_findings, resource_findings

SHOWN_MAX = 40  # findings in one message


class Run:
    """One run over one folder of records. It is made at the first use, and the tests of a class share it."""

    def __init__(self, folder: Path, records: Path, as_of: dt.date | None = None) -> None:
        self.data = folder / "data"
        self.records = records
        self.expectation: Expectation = expect(records, as_of or AS_OF)
        self.as_of = as_of or AS_OF
        self.options = ["--as-of", as_of.isoformat()] if as_of else []
        self.outcome = self.repeat("first.json")

    def repeat(self, name: str) -> Outcome:
        summary = self.data.parent / name
        with once(self.records, self.data, summary, *self.options) as program:
            code = program.wait()
            if code != 0:
                raise AssertionError(f"exit code {code}\n{program.output()}")
            if left := program.members():
                raise AssertionError(f"{len(left)} processes were left behind")
        return outcome(self.data, summary)


def operator(*arguments: str) -> Values:
    """The JSON answer of an operators' command."""
    done = subprocess.run([str(binary()), *arguments, "--json"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    told: Values = json.loads(done.stdout)
    return told


class Checks(unittest.TestCase):
    """Checks that hold for every folder of records. The classes below name the folders."""

    run_: ClassVar[Run]

    @classmethod
    def make(cls, folder: Path) -> Run:
        raise NotImplementedError

    @classmethod
    def setUpClass(cls) -> None:
        binary()
        cls.run_ = (started.pop(cls, None) or pool.submit(first_run, cls)).result()

    def none(self, found: list[str]) -> None:
        if found:
            more = f"\n… and {len(found) - SHOWN_MAX} more" if len(found) > SHOWN_MAX else ""
            self.fail(f"{len(found)} findings:\n" + "\n".join(found[:SHOWN_MAX]) + more)

    def test_every_record_has_its_fate(self) -> None:
        self.none(feed_findings(self.run_.outcome.summary, self.run_.expectation))

    def test_every_person_is_one_patient(self) -> None:
        self.none(resource_findings(self.run_.outcome.summary, self.run_.expectation))

    def test_every_delivery_is_decided_rightly(self) -> None:
        self.none(delivery_findings(self.run_.outcome.summary, self.run_.expectation))

    def test_each_delivery_arrived_once(self) -> None:
        self.none(received_findings(self.run_.outcome.received, self.run_.expectation))

    def test_each_notification_was_pulled_for_once(self) -> None:
        self.none(notified_findings(self.run_.outcome, self.run_.expectation))

    def test_notifications_are_counted_for_each_recipient_alone(self) -> None:
        for subscription, numbers in event_numbers(self.run_.outcome).items():
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)), subscription)

    def test_who_gains_or_loses_by_a_consent_is_told(self) -> None:
        self.none(consent_changes.findings(self.run_.outcome, self.run_.expectation, self.run_.as_of))

    def test_what_was_pulled_is_what_was_permitted_that_day(self) -> None:
        due = {(item.recipient, item.source): item for item in self.run_.expectation.of_event("E5")}
        found, outcome = [], self.run_.outcome
        for place, (recipient, plan) in outcome.support_plans().items():
            # Else the test above finds it.
            if (delivery := due.get((recipient, plan))) and place in outcome.pulled:
                found += [f"{plan} to {recipient}: {finding}" for finding in
                          pulled.findings(outcome.notified[place], outcome.pulled[place], delivery, self.run_.expectation)]
        self.none(found)

    def test_documents_hold_what_the_vendor_may_tell(self) -> None:
        due = {(item.recipient, item.patient): item for item in self.run_.expectation.of_event("E14") if item.status == "delivered"}
        found = []
        for place, document in self.run_.outcome.received.items():
            delivery = due.get((place.split()[0], member_id(document) or ""))
            if not delivery:
                found.append(f"{place}: nobody expects a document of this person")
                continue
            name = f"{delivery.source} to {delivery.recipient}"
            found += [f"{name}: {finding}" for finding in findings(document, delivery, self.run_.expectation)]
        self.none(found)

    def test_what_an_operator_lists_is_what_happened(self) -> None:
        told = self.run_.outcome.summary["deliveries"]
        listed = operator("delivery", "list", "--limit", "100000", "--data", str(self.run_.data))["deliveries"]
        as_told = Counter((item["event"], item["recipient"], item["status"], item["consent"], item["reason"]) for item in told)
        self.assertEqual(Counter((item["event"], item["recipient"], item["outcome"], item["consent"], item["reason"] or "") for item in listed), as_told)
        delivered = next((item for item in listed if item["outcome"] == "delivered" and item["event"] != "E16"), None)
        if delivered:
            entries = operator("ledger", "list", "--patient", delivered["patient"], "--recipient", delivered["recipient"], "--event",
                               delivered["event"], "--data", str(self.run_.data))["entries"]
            self.assertTrue(entries)
            self.assertTrue(all(entry["basis"] and entry["patients"] == [delivered["patient"]] for entry in entries), entries)
        self.assertTrue(operator("ledger", "verify", "--data", str(self.run_.data))["sound"])

    def test_the_same_files_again_change_nothing(self) -> None:
        before = store_size(self.run_.data)
        again = self.run_.repeat("second.json")
        self.assertEqual(without_seconds(again.summary), without_seconds(self.run_.outcome.summary))
        self.assertEqual(again.files, self.run_.outcome.files)
        self.assertEqual(store_size(self.run_.data), before)


class CleanRecords(Checks):
    @classmethod
    def make(cls, folder: Path) -> Run:
        return Run(folder, generate(folder / "records", 60, 9, "--clean"))


class EarlierDay(Checks):
    """Seen from the middle of the records: records with a later date are not taken in, and later events have
    not happened."""

    @classmethod
    def make(cls, folder: Path) -> Run:
        return Run(folder, generate(folder / "records", 400, 5), dt.date(2023, 12, 31))


class EditedRecords(Checks):
    """Dirt that the generator does not make."""

    @classmethod
    def make(cls, folder: Path) -> Run:
        records = generate(folder / "records", 100, 11, "--clean")
        edits.apply(records)
        return Run(folder, records)


# A run waits for its disk more than it computes. So a few run at the same time, and begin before the first
# test asks.
RUNS_AT_ONCE = 3
pool = ThreadPoolExecutor(RUNS_AT_ONCE)
planned: list[type[Checks]] = []
started: dict[type[Checks], Future[Run]] = {}


def first_run(case: type[Checks]) -> Run:
    folder = Path(tempfile.mkdtemp(prefix="handoff-e2e-"))
    unittest.addModuleCleanup(shutil.rmtree, folder, ignore_errors=True)
    return case.make(folder)


def setUpModule() -> None:
    unittest.addModuleCleanup(pool.shutdown, cancel_futures=True)
    if planned:
        binary()
    started.update({case: pool.submit(first_run, case) for case in planned})


def for_seed(seed: int) -> type[Checks]:
    def make(_: type[Checks], folder: Path) -> Run:
        return Run(folder, generate(folder / "records", 400, seed))

    return type(f"Seed{seed}", (Checks,), {"make": classmethod(make), "__module__": __name__})


def load_tests(loader: unittest.TestLoader, *_: object) -> unittest.TestSuite:
    seeds = [int(seed) for seed in os.environ.get("HANDOFF_E2E_SEEDS", "1 2 3").split()]
    cases: list[type[Checks]] = [CleanRecords, EditedRecords, EarlierDay, *map(for_seed, seeds)]
    planned[:] = cases
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in cases)


if __name__ == "__main__":
    unittest.main()
