"""The disk is full, files may not grow, or the data folder cannot be written. Everybody gets a clear answer,
nothing acknowledged is lost, and no answer goes out without its record. When there is room again, the gateway
goes on by itself."""
import json
import resource
import threading
import time
import unittest
from collections.abc import Callable
from pathlib import Path

import aftercare
from partners import Partner
from program import eventually
from served import Served, ServedTest, call
from volume import Volume

MIB = 1 << 20
SECONDS_MAX = 30
RESIDENT_KB_MAX = 400_000


class Writers:
    """Writes people until told to stop. Remembers which were acknowledged, and every other answer."""

    def __init__(self, served: Served, token: str, threads: int = 2) -> None:
        self.served, self.token = served, token
        self.acknowledged: list[str] = []
        self.refused: list[tuple[int, bytes]] = []
        self.broken: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(f"w{number}",)) for number in range(threads)]
        for thread in self._threads:
            thread.start()

    def _run(self, name: str) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            person = {"resourceType": "Patient", "id": f"{name}-{number}", "birthDate": "1980-02-03",
                      "name": [{"family": "F" * 3_000, "given": [name, str(number)]}]}
            try:
                answer = self.served.ask("PUT", f"/Patient/{person['id']}", self.token, person)
            except OSError as failure:
                self.broken.append(repr(failure))
                continue
            if answer.status == 201:
                self.acknowledged.append(person["id"])
            else:
                self.refused.append((answer.status, answer.body))
                time.sleep(0.02)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


class StorageFaultsTest(ServedTest):
    def setUp(self) -> None:
        super().setUp()
        self.data = self.served.folder / "data"

    def volume(self, size: int) -> Volume:
        volume = Volume(self.data, size)
        self.addCleanup(volume.unmount)
        return volume

    def with_partner(self) -> Partner:
        partner = Partner("ORG-GOOD", self.served.folder / "server")
        self.addCleanup(partner.close)
        (self.served.folder / "partner.token").write_text("secret")
        (self.served.folder / "partner.token").chmod(0o600)
        (self.served.folder / "endpoints.json").write_text(json.dumps(
            {"ORG-GOOD": {"base": partner.base, "token_file": "partner.token"}}))
        self.served.configure(endpoints_file="endpoints.json", partner_ca_file="server.pem", partner_addresses=["127.0.0.1"])
        aftercare.add_vendor(self.served)
        return partner

    def is_refused(self, method: str, path: str, token: str, body: object = None) -> bool:
        """True if the answer is the permitted refusal. An answer that is neither a success nor this refusal
        is a failure."""
        answer = self.served.ask(method, path, token, body)
        if answer.status in (200, 201):
            return False
        self.assertEqual(answer.status, 503, answer.body[:500])
        outcome = answer.json()
        self.assertEqual(outcome["resourceType"], "OperationOutcome")
        self.assertRegex(outcome["issue"][0]["diagnostics"], "nothing was (changed|disclosed)")
        self.assertIn("retry-after", answer.headers)
        return True

    def storage_fails(self, take_room: Callable[[], None], give_room: Callable[[], None]) -> None:
        """Steps around a store that cannot grow for a while: people are written, one is read, a plan is
        issued and delivered."""
        partner = self.with_partner()
        self.served.start()
        operator, vendor = self.served.token(), self.served.token(aftercare.VENDOR)
        person = aftercare.Person(self.served, "one", "ORG-GOOD")
        person.enter(operator, vendor)
        self.assertEqual(person.issue(vendor, "before"), 201)
        writers = Writers(self.served, operator)
        self.addCleanup(writers.stop)
        self.assertTrue(eventually(lambda: len(writers.acknowledged) > 20 and len(partner.plans) == 1, SECONDS_MAX))
        take_room()
        self.assertTrue(eventually(lambda: len(writers.refused) > 20, SECONDS_MAX), "every write found room")
        self.assertTrue(eventually(lambda: self.is_refused("GET", "/Patient/p1-one", operator), SECONDS_MAX), "reads find room to record")
        during = person.issue(vendor, "during")
        self.assertIn(during, (201, 503))
        self.assertEqual(self.served.ask("GET", "/metadata").status, 200, "what needs no record is answered")
        written = len(writers.acknowledged)
        give_room()
        self.assertTrue(eventually(lambda: len(writers.acknowledged) > written + 20, SECONDS_MAX), self.served.program.output())
        self.assertFalse(self.is_refused("GET", "/Patient/p1-one", operator))
        self.assertEqual(person.issue(vendor, "after"), 201)
        expected = ["before", "during", "after"] if during == 201 else ["before", "after"]
        # A message that was sent, but could not be recorded as sent, comes again.
        self.assertTrue(eventually(lambda: list(dict.fromkeys(partner.plans)) == expected, SECONDS_MAX), partner.plans)
        writers.stop()
        self.assertEqual({status for status, _ in writers.refused}, {503}, [body[:300] for status, body in writers.refused if status != 503])
        self.assertEqual(writers.broken, [], "a connection broke")
        self.nothing_is_lost(writers)

    def nothing_is_lost(self, writers: Writers) -> None:
        (pid,) = self.served.program.members()
        status = Path(f"/proc/{pid}/status").read_text()
        self.assertLess(int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]), RESIDENT_KB_MAX)
        found = self.served.ask("GET", "/Patient?_summary=count&birthdate=1980-02-03", writers.token).json()["total"]
        self.assertEqual(found, len(writers.acknowledged))
        for person in writers.acknowledged[:: max(1, len(writers.acknowledged) // 50)]:
            answer = self.served.ask("GET", f"/Patient/{person}", writers.token)
            self.assertEqual(answer.status, 200, (person, answer.body[:500], self.served.program.output()))
        verified = call("db", "verify", "--config", self.served.config)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def test_the_disk_is_full(self) -> None:
        volume = self.volume(32 * MIB)
        self.storage_fails(volume.fill, volume.make_room)

    def test_the_log_does_not_fill_a_small_disk(self) -> None:
        volume = self.volume(48 * MIB)
        self.served.start()
        writers = Writers(self.served, self.served.token())
        self.addCleanup(writers.stop)
        most = 0

        def enough() -> bool:
            nonlocal most
            most = max(most, (self.data / "handoff.db-wal").stat().st_size)
            return len(writers.acknowledged) > 1_000 or bool(writers.refused)

        self.assertTrue(eventually(enough, SECONDS_MAX), f"{len(writers.acknowledged)} writes")
        writers.stop()
        self.assertEqual(writers.refused[:1], [], "there was room for all of them")
        self.assertLess(most, volume.size * 2 // 3)
        self.nothing_is_lost(writers)

    def test_files_may_not_grow(self) -> None:
        def allow(size: int) -> None:
            (pid,) = self.served.program.members()
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size if size >= 0 else hard, hard))

        self.storage_fails(lambda: allow((self.data / "handoff.db-wal").stat().st_size), lambda: allow(-1))

    def test_no_token_is_given_out_that_is_not_remembered(self) -> None:
        volume = self.volume(8 * MIB)
        self.served.start()
        writers = Writers(self.served, self.served.token())
        self.addCleanup(writers.stop)
        volume.fill()
        self.assertTrue(eventually(lambda: len(writers.refused) > 5, SECONDS_MAX))

        def refused() -> bool:
            done = call("token", "--token-url", self.served.base.replace("/fhir", "/auth/token"), "--client", "operator",
                        "--key", str(self.served.folder / "operator.jwk.json"), "--cacert", str(self.served.folder / "server.pem"))
            if done.returncode == 0:
                return False
            self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            return True

        self.assertTrue(eventually(refused, SECONDS_MAX), "every token found room to be remembered")
        volume.make_room()
        writers.stop()
        self.assertTrue(self.served.token())

    def test_a_data_folder_that_cannot_be_written(self) -> None:
        volume = self.volume(24 * MIB)
        self.served.configure(ledger_key_file="data/ledger.key")
        self.served.start()
        self.assertEqual(self.served.ask("PUT", "/Patient/p", self.served.token(), {"resourceType": "Patient", "id": "p"}).status, 201)
        self.served.stop()  # killed: there is a log to be folded, and nobody can
        volume.make_read_only()
        config = ["--config", self.served.config]
        elsewhere = str(self.served.folder / "backup.db")
        for command, said in ((["serve", *config], "cannot be written"), (["check", *config], "cannot be written"),
                              (["sandbox", "--once", "--port", "0", "--data", str(self.data)], "cannot be made or written"),
                              (["db", "migrate", *config], "cannot be written"),
                              (["db", "restore", "--force", "--from", elsewhere, *config], "there is no backup"),
                              (["db", "backup", "--to", str(self.data / "copy.db"), *config], "cannot write")):
            with self.subTest(command=command):
                done = call(*command)
                self.assertIn(done.returncode, (1, 2), done.stdout + done.stderr)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                self.assertIn(said, done.stderr)
        for command in (["verify", *config], ["backup", "--to", elsewhere, *config]):
            with self.subTest(command=command):
                done = call("db", *command)
                if done.returncode != 0:
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                    self.assertIn("read-only", done.stderr)


if __name__ == "__main__":
    unittest.main()
