"""The running sandbox as a client sees it: who may read what, the answers to bad input, and how it stops."""
import json
import os
import shutil
import signal
import tempfile
import unittest
from pathlib import Path
from typing import ClassVar

from client import Answer, Client
from program import STOP_SECONDS_MAX, Program, binary, eventually, generate
from served import call

READY_SECONDS_MAX = 120
BODY_BYTES_TOO_MANY = 1 << 30


def start(folder: Path, records: Path) -> tuple[Program, Client]:
    """Starts the sandbox and waits until it is ready. If it does not come up, it is killed with SIGKILL,
    without clean-up."""
    data = folder / "data"
    program = Program(folder / "log", ["sandbox", "--port", "0", "--data", str(data), "--records", str(records)])
    ready = eventually(lambda: (data / "sandbox.json").exists() or not program.is_running(), READY_SECONDS_MAX)
    if not ready or not program.is_running():
        with program:
            raise AssertionError(f"it does not come up\n{program.output()}")
    return program, Client(data)


class ServerTest(unittest.TestCase):
    folder: ClassVar[Path]
    program: ClassVar[Program]
    client: ClassVar[Client]
    operator: ClassVar[str]
    patient: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        binary()
        cls.folder = Path(tempfile.mkdtemp(prefix="handoff-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        records = generate(cls.folder / "records", 60, 4)
        cls.program, cls.client = start(cls.folder, records)
        cls.addClassCleanup(cls.program.__exit__)
        cls.operator = cls.client.token("operator")
        cls.patient = cls.client.ask("GET", "/Patient?_count=1", cls.operator).json()["entry"][0]["resource"]["id"]

    def lives(self) -> None:
        self.assertTrue(self.program.is_running(), self.program.output())
        self.assertEqual(self.client.ask("GET", "/metadata").status, 200)

    def refused(self, answer: Answer, *statuses: int) -> None:
        """Refused with one of these statuses, and with an OperationOutcome that says why."""
        self.assertIn(answer.status, statuses, answer.body[:500])
        outcome = answer.json()
        self.assertEqual(outcome["resourceType"], "OperationOutcome")
        for issue in outcome["issue"]:
            self.assertTrue(issue["severity"] and issue["code"] and issue["details"]["text"] and issue["diagnostics"] and issue["expression"], issue)

    def test_metadata_needs_no_token(self) -> None:
        answer = self.client.ask("GET", "/metadata")
        self.assertEqual(answer.status, 200)
        statement = answer.json()
        self.assertEqual((statement["resourceType"], statement["fhirVersion"]), ("CapabilityStatement", "4.0.1"))

    def test_smart_configuration_names_the_token_endpoint(self) -> None:
        answer = self.client.ask("GET", "/.well-known/smart-configuration")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.json()["token_endpoint"], self.client.sandbox["token_url"])

    def test_a_read_without_a_token_is_unauthenticated(self) -> None:
        for token in (None, "nonsense", self.operator[:-4] + "AAAA"):
            answer = self.client.ask("GET", f"/Patient/{self.patient}", token)
            self.refused(answer, 401)
            self.assertIn("bearer", answer.headers.get("www-authenticate", "").lower())

    def test_the_operator_reads_a_patient_and_its_version(self) -> None:
        answer = self.client.ask("GET", f"/Patient/{self.patient}", self.operator)
        self.assertEqual(answer.status, 200, answer.body[:500])
        patient = answer.json()
        self.assertEqual((patient["resourceType"], patient["id"]), ("Patient", self.patient))
        self.assertEqual(answer.headers["etag"], f'W/"{patient["meta"]["versionId"]}"')
        version = self.client.ask("GET", f"/Patient/{self.patient}/_history/{patient['meta']['versionId']}", self.operator)
        self.assertEqual((version.status, version.json()), (200, patient))

    def test_the_auditor_reads_no_records_of_patients(self) -> None:
        for path in (f"/Patient/{self.patient}", "/Patient", "/CarePlan?_summary=count"):
            self.refused(self.client.ask("GET", path, self.client.token("auditor")), 403)

    def test_what_is_not_there_is_not_found(self) -> None:
        for path in ("/Nonsense/1", "/Patient/none-such", f"/Patient/{self.patient}/_history/999"):
            self.refused(self.client.ask("GET", path, self.operator), 404)

    def test_a_transaction_is_carried_out(self) -> None:
        organization = {"resourceType": "Organization", "id": "e2e-1", "name": "End to End"}
        bundle = {"resourceType": "Bundle", "type": "transaction",
                  "entry": [{"resource": organization, "request": {"method": "PUT", "url": "Organization/e2e-1"}}]}
        answer = self.client.ask("POST", "", self.operator, json.dumps(bundle).encode())
        self.assertEqual(answer.status, 200, answer.body[:500])
        self.assertEqual(answer.json()["type"], "transaction-response")
        self.assertRegex(answer.json()["entry"][0]["response"]["status"], "^20[01]")
        stored = self.client.ask("GET", "/Organization/e2e-1", self.operator)
        self.assertEqual((stored.status, stored.json().get("name")), (200, "End to End"))

    def test_a_bad_transaction_changes_nothing(self) -> None:
        good = {"resourceType": "Organization", "id": "e2e-2", "name": "Never"}
        bad = {"resourceType": "Organization", "id": "e2e-3", "naem": "Typo"}
        bundle = {"resourceType": "Bundle", "type": "transaction",
                  "entry": [{"resource": item, "request": {"method": "PUT", "url": f"Organization/{item['id']}"}} for item in (good, bad)]}
        answer = self.client.ask("POST", "", self.operator, json.dumps(bundle).encode())
        self.refused(answer, 400, 422)
        self.assertIn("naem", answer.body.decode())
        self.refused(self.client.ask("GET", "/Organization/e2e-2", self.operator), 404)

    def test_clients_are_taken_while_it_runs(self) -> None:
        clients = self.client.data / "clients.json"
        before = clients.read_text(encoding="utf-8")
        self.addCleanup(clients.write_text, before, encoding="utf-8")
        added = call("client", "add", "own", "--clients", str(clients), "--organization", "Organization/ORG-PCP1", "--role", "pcp",
                     "--purpose", "TREAT", "--scope", "system/*.rs", "--key-out", str(self.client.data / "own.jwk.json"))
        self.assertEqual(added.returncode, 0, added.stderr)
        asked = ("token", "--data", str(self.client.data), "--client", "own")
        self.assertTrue(eventually(lambda: call(*asked).returncode == 0, 10), "it is not taken")
        clients.write_text("{", encoding="utf-8")
        self.assertTrue(eventually(lambda: "clients.json: not valid JSON" in self.program.output(), 10), self.program.output())
        self.assertEqual(call(*asked).returncode, 0, "what is wrong changes nothing")
        clients.write_text(before, encoding="utf-8")
        self.assertTrue(eventually(lambda: call(*asked).returncode == 1, 10), "it is not forgotten")

    def test_bad_bodies_are_refused(self) -> None:
        deep = b'{"resourceType":"Bundle","type":"transaction","entry":' + b"[" * 5000 + b"]" * 5000 + b"}"
        for body in (b"", b"{", b"null", b"[]", b'{"resourceType":"Patient"}', b"\xff\xfe{}", deep):
            with self.subTest(body[:40]):
                self.refused(self.client.ask("POST", "", self.operator, body), 400, 413, 422)
        self.refused(self.client.ask("POST", "", self.operator, b"{}", "text/plain"), 415)
        self.lives()

    def test_a_body_over_the_limit_is_too_large(self) -> None:
        head = (f"POST {self.client.path} HTTP/1.1\r\nHost: {self.client.host}\r\nAuthorization: Bearer {self.operator}\r\n"
                f"Content-Type: application/fhir+json\r\nContent-Length: {BODY_BYTES_TOO_MANY}\r\n\r\n{{")
        answer = self.client.raw(head.encode())
        self.assertEqual(answer.split(b" ", 2)[:2], [b"HTTP/1.1", b"413"], answer[:200])
        self.lives()

    def test_hostile_bytes_do_not_hurt(self) -> None:
        hello = bytes.fromhex("16030100c8010000c40303") + os.urandom(20)
        for sent in (b"", hello, os.urandom(4096), b"GET /fhir/metadata HTTP/1.1\r\n\r\n"):
            self.client.raw_plain(sent)
        target = self.client.path.encode()
        wrong = {b"NONSENSE\r\n\r\n": (400,), b"GET " + target + b"/%00%ff%zz HTTP/1.1\r\nHost: x\r\n\r\n": (400, 401, 404),
                 b"GET " + target + b"/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n": (400, 401, 404),
                 b"GET " + target + b"/metadata HTTP/1.1\r\nX: " + b"y" * 200_000 + b"\r\n\r\n": (400, 413, 431),
                 b"POST " + target + b" HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n": (400, 401, 411, 413)}
        for sent, statuses in wrong.items():
            with self.subTest(sent[:40]):
                answer = self.client.raw(sent)
                if answer:  # breaking off is an answer, too
                    self.assertIn(int(answer.split(b" ", 2)[1]), statuses, answer[:200])
        for cut in (b"GET " + target, b"POST " + target + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{"):
            self.client.raw(cut)
        self.lives()


class StopTest(unittest.TestCase):
    def stop(self, number: signal.Signals) -> None:
        with tempfile.TemporaryDirectory(prefix="handoff-e2e-") as folder:
            records = generate(Path(folder, "records"), 20, 6, "--clean")
            program, client = start(Path(folder), records)
            with program, client.plain_socket():  # a connection that says nothing must not delay it
                program.send(number)
                self.assertTrue(eventually(lambda: not program.is_running(), STOP_SECONDS_MAX), "it does not stop")
                self.assertEqual(program.wait(), 0, program.output())
                self.assertTrue(eventually(lambda: not program.members(), 1), "processes were left behind")

    def test_a_signal_to_the_program_alone_stops_everything(self) -> None:
        binary()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(number.name):
                self.stop(number)


if __name__ == "__main__":
    unittest.main()
