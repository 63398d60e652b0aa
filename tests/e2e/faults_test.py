"""Thirty kills with kill -9 at random instants: while records come in, while deliveries go out, and while
large transactions are loaded. What was acknowledged is there, and nothing is there twice. What was not
acknowledged is there as a whole or not at all."""
import contextlib
import http.client
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest
from dataclasses import dataclass, field
from pathlib import Path

from client import Client
from outcome import Outcome, event_numbers, outcome, with_ids_of, without_seconds
from program import Program, binary, eventually, generate, once
from records import Values

INTAKE_KILLS = 15
LOAD_KILLS = 15
LARGE, SMALL = 5_000, 50  # entries of a transaction
PEOPLE = 120
READY_SECONDS_MAX = 60
BATCH_SYSTEM = "https://handoff.example.org/id/load"
FHIR = {"Content-Type": "application/fhir+json"}


def transaction(batch: str, entries: int) -> bytes:
    """Observations with ids of this batch. Each has the batch's number as identifier."""
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": {"resourceType": "Observation", "id": f"{batch}-{number}", "status": "final",
                      "identifier": [{"system": BATCH_SYSTEM, "value": batch}], "code": {"text": f"value {number}"}},
         "request": {"method": "PUT", "url": f"Observation/{batch}-{number}"}} for number in range(entries)]}).encode()


@dataclass
class Loader:
    """Sends transactions until the gateway is gone. Remembers which were acknowledged."""

    client: Client
    prefix: str
    chance: random.Random
    acknowledged: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    reads: int = 0  # number of answered reads

    def run(self) -> None:
        token = self.client.token("operator")
        connection = http.client.HTTPSConnection(self.client.host, self.client.port, timeout=60, context=self.client.trust)
        try:
            for number in range(1_000):
                batch, entries = f"{self.prefix}-{number}", LARGE if self.chance.random() < 0.2 else SMALL
                self.sent[batch] = entries
                connection.request("POST", self.client.path, transaction(batch, entries), FHIR | {"Authorization": f"Bearer {token}"})
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    self.acknowledged[batch] = entries
                    self.read(connection, f"{batch}-0", token)
                else:
                    self.refused.append(f"{batch}: {answer.status}")
        except (OSError, http.client.HTTPException):
            pass  # it was killed
        finally:
            connection.close()


    def read(self, connection: http.client.HTTPSConnection, name: str, token: str) -> None:
        connection.request("GET", f"{self.client.path}/Observation/{name}", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        answer.read()
        self.reads += answer.status == 200


class FaultsTest(unittest.TestCase):
    folder: Path
    chance: random.Random

    def setUp(self) -> None:
        binary()
        self.folder = Path(tempfile.mkdtemp(prefix="handoff-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        seed = random.randrange(1 << 32)
        self.chance = random.Random(seed)
        print(f"seed {seed}", flush=True)

    def verified(self, data: Path) -> None:
        told = subprocess.run([str(binary()), "db", "verify", "--data", str(data)], capture_output=True, text=True, timeout=120)
        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)

    def complete(self, records: Path, name: str) -> Outcome:
        data, summary = self.folder / name, self.folder / f"{name}.json"
        with once(records, data, summary) as program:
            self.assertEqual(program.wait(), 0, program.output())
        return outcome(data, summary)

    def test_killed_while_records_come_in_and_deliveries_go_out(self) -> None:
        records = generate(self.folder / "records", PEOPLE, 7)
        begin = time.monotonic()
        undisturbed = self.complete(records, "undisturbed")
        seconds = time.monotonic() - begin
        with_ids_of(self.folder / "killed", self.folder / "undisturbed")
        at_work = 0
        for _ in range(INTAKE_KILLS):
            with once(records, self.folder / "killed", self.folder / "killed.json") as program:
                time.sleep(self.chance.uniform(0.1, 1.2) * seconds / INTAKE_KILLS + 0.2)
                at_work += program.is_running()
                program.send(signal.SIGKILL)
                self.assertTrue(eventually(lambda: not program.members(), 10), "processes outlive it")
        self.assertGreater(at_work, INTAKE_KILLS / 3, "it was hardly ever at work when the signal came")
        survivor = self.complete(records, "killed")
        self.assertEqual(without_seconds(survivor.summary), without_seconds(undisturbed.summary))
        for kind in ("received", "notified", "pulled"):
            self.assertEqual(getattr(survivor, kind), getattr(undisturbed, kind), kind)
        for recipient, numbers in event_numbers(survivor).items():
            self.assertEqual(sorted(numbers), list(range(1, len(numbers) + 1)), recipient)
        self.verified(self.folder / "killed")

    def serve(self, data: Path) -> Program:
        """A ready gateway on a kept folder."""
        program = Program(self.folder / "serve.log", ["sandbox", "--empty", "--port", "0", "--data", str(data)])
        ready = eventually(lambda: (data / "sandbox.json").exists() or not program.is_running(), READY_SECONDS_MAX)
        self.assertTrue(ready and program.is_running(), program.output())
        return program

    def test_killed_while_transactions_are_loaded(self) -> None:
        data, loaders = self.folder / "loaded", []
        for kill in range(LOAD_KILLS):
            (data / "sandbox.json").unlink(missing_ok=True)
            with self.serve(data) as program:
                batch = [Loader(Client(data), f"k{kill}w{worker}", random.Random(self.chance.random())) for worker in range(2)]
                threads = [threading.Thread(target=loader.run) for loader in batch]
                for thread in threads:
                    thread.start()
                time.sleep(self.chance.uniform(0.3, 1.5))
                program.send(signal.SIGKILL)
                for thread in threads:
                    thread.join()
            loaders += batch
        acknowledged = {name: entries for loader in loaders for name, entries in loader.acknowledged.items()}
        sent = {name: entries for loader in loaders for name, entries in loader.sent.items()}
        self.assertEqual([told for loader in loaders for told in loader.refused], [])
        self.assertGreater(len(acknowledged), LOAD_KILLS, "hardly anything was acknowledged")
        self.assertGreater(len(sent), len(acknowledged), "nothing was ever cut off")
        (data / "sandbox.json").unlink(missing_ok=True)
        with self.serve(data):
            client = Client(data)
            token = client.token("operator")
            for name, entries in sent.items():
                found = self.count(client, token, name)
                if name in acknowledged:
                    self.assertEqual(found, entries, f"{name} was acknowledged")
                else:
                    self.assertIn(found, (0, entries), f"{name} is there in part")
            some = self.chance.choice(sorted(acknowledged))
            read = client.ask("GET", f"/Observation/{some}-0/_history", token).json()
            self.assertEqual(read["total"], 1, "written twice")
            reads = sum(loader.reads for loader in loaders)
            self.assertGreater(reads, LOAD_KILLS)
            told = eventually(lambda: self.recorded_reads(data) >= reads, 10)
            self.assertTrue(told, f"{self.recorded_reads(data)} of {reads} reads stand in the ledger")
        self.verified(data)

    @staticmethod
    def recorded_reads(data: Path) -> int:
        with contextlib.closing(sqlite3.connect(f"file:{data / 'handoff.db'}?mode=ro", uri=True)) as store:
            return int(store.execute("SELECT count(*) FROM ledger WHERE CAST(entry AS TEXT) LIKE '%\"channel\":\"read\"%'").fetchone()[0])

    def count(self, client: Client, token: str, batch: str) -> int:
        answer: Values = client.ask("GET", f"/Observation?identifier={BATCH_SYSTEM}%7C{batch}&_summary=count", token).json()
        return int(answer["total"])


if __name__ == "__main__":
    unittest.main()
