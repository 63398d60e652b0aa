"""Who is who: records with contradicting evidence are held, a person decides, and a split tells what each
recipient got."""
import json
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from client import Answer, Client
from people import DOCTORS, Person, write_records
from program import Program, binary, eventually
from records import Values

READY_SECONDS_MAX = 120
ANA = Person(1, "100000000017", "TWINB", "ANA", "1991-03-04", "F", signs=True, is_enrolled=True)
# Her twin, who signed nothing.
BOB = Person(2, "100000000017", "TWINB", "BOB", "1991-03-04", "M", is_enrolled=True)
CARL = Person(3, "100000000025", "LEE", "CARL", "1980-01-01", "M", signs=True, is_enrolled=True)
# Another person with his number, who signed nothing.
CORA = Person(4, "100000000025", "LEE", "CORA", "1985-06-07", "F", is_enrolled=True)
FATHER = Person(5, "", "RIVERA", "LUIS", "1962-01-01", "M")
SON = Person(6, "", "RIVERA", "LUIS", "1990-02-02", "M")
DOES = [Person(number, "", "DOE", "JOHN", "1900-01-01", "M") for number in (7, 8)]
NAMELESS = [Person(number, "999999999999", "UNKNOWN", "FNU", born, "M") for number, born in ((9, "1970-01-02"), (10, "1971-01-02"))]
APOSTROPHES = [Person(11, "", "O'NEILL", "SEAN", "1985-05-05", "M"), Person(12, "", "O\u2019NEILL", "SE\u00c1N", "1985-05-05", "M")]
EVERYBODY = [ANA, BOB, CARL, CORA, FATHER, SON, *DOES, *NAMELESS, *APOSTROPHES]


class Sandbox:
    """A sandbox over records that the test writes, on a folder that stays between its runs."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.records = folder, folder / "data", folder / "records"
        self.program: Program | None = None

    def start(self) -> Values:
        """Serves with all records taken in. Returns the summary."""
        self.stop()
        (self.data / "sandbox.json").unlink(missing_ok=True)
        summary = self.folder / "summary.json"
        self.program = Program(self.folder / "log", ["sandbox", "--port", "0", "--data", str(self.data), "--records", str(self.records),
                                                     "--summary", str(summary)])
        ready = eventually(lambda: (self.data / "sandbox.json").exists() and summary.exists(), READY_SECONDS_MAX)
        assert ready, self.program.output()
        told: Values = json.loads(summary.read_text(encoding="utf-8"))
        summary.unlink()
        return told

    def stop(self) -> None:
        if self.program:
            self.program.__exit__()
        self.program = None

    def call(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([str(binary()), "review", "--data", str(self.data), *arguments], capture_output=True, text=True, timeout=60)

    def review(self, *arguments: str) -> Values:
        done = self.call("--json", *arguments)
        assert done.returncode == 0, done.stderr
        told: Values = json.loads(done.stdout)
        return told

    def open(self) -> dict[str, Values]:
        """Open reviews, by the key of their record."""
        return {item["key"]: item for item in self.review("list")["reviews"]}

    def received(self) -> str:
        """Everything that the doctors got."""
        folder = self.data / "received" / DOCTORS
        return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json")))

    def client(self) -> Client:
        return Client(self.data)

    def plans(self, client_id: str) -> dict[str, str]:
        """The support plans that a client may see, each with its patient."""
        client = self.client()
        found = client.ask("GET", "/CarePlan?_count=100", client.token(client_id)).json()
        return {identifier["value"]: entry["resource"]["subject"]["reference"] for entry in found.get("entry", [])
                for identifier in entry["resource"].get("identifier", [])}


def counts(summary: Values, feed: str) -> tuple[int, int, int, int]:
    """mapped, rejected, waiting, review"""
    found: Values = next(item for item in summary["feeds"] if item["feed"] == feed)
    assert found["records"] == (found["mapped"] + len(found["rejected"]) + found["duplicates"] + found["waiting"] + found["review"]
                                + found["later"]), found
    return found["mapped"], len(found["rejected"]), found["waiting"], found["review"]


class ReviewTest(unittest.TestCase):
    sandbox: Sandbox
    summary: Values

    @classmethod
    def setUpClass(cls) -> None:
        binary()
        folder = Path(tempfile.mkdtemp(prefix="handoff-e2e-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.sandbox = Sandbox(folder)
        cls.addClassCleanup(cls.sandbox.stop)
        write_records(cls.sandbox.records, EVERYBODY)
        cls.summary = cls.sandbox.start()

    # One story: each test starts where the one before ended.

    def test_1_contradictions_are_held_and_make_nothing(self) -> None:
        self.assertEqual(counts(self.summary, "corrections/referrals.csv"), (10, 0, 0, 2))
        self.assertEqual(counts(self.summary, "vendor/enrollments.csv"), (2, 0, 0, 2))
        self.assertEqual(counts(self.summary, "vendor/support_plans.jsonl"), (2, 0, 2, 0))
        self.assertEqual(self.summary["resources"]["Patient"], 9, "Ana, Carl, father, son, four of no name, one O'Neill")
        self.assertEqual(set(self.sandbox.open()), {"R-2", "E-2", "R-4", "E-4"})
        against = self.sandbox.open()["R-2"]["candidates"][0]["against"]
        self.assertEqual([(item["kind"], item["says"], item["known"]) for item in against], [("given", "BOB", ["ANA"])])
        received = self.sandbox.received()
        self.assertIn("SP-1", received)
        for hidden in ("SP-2", "BOB", "SP-4", "CORA"):
            self.assertNotIn(hidden, received)
        self.assertEqual(set(self.sandbox.plans("org-pcp1")), {"SP-1", "SP-3"})

    def test_2_only_operators_know_of_reviews(self) -> None:
        client = self.sandbox.client()
        client.path = ""
        number = self.sandbox.open()["R-2"]["id"]
        paths = [("GET", "/operator/reviews"), ("GET", f"/operator/reviews/{number}"), ("GET", "/operator/reviews/9999"),
                 ("POST", f"/operator/reviews/{number}/different"), ("DELETE", "/operator/reviews"), ("GET", "/operator/nothing")]
        for other in ("org-pcp1", "auditor"):
            token = client.token(other)
            answers = [client.ask(method, path, token) for method, path in paths]
            self.assertEqual({(answer.status, answer.body) for answer in answers}, {(404, answers[-1].body)}, other)
        self.assertEqual({client.ask(method, path).status for method, path in paths}, {401})
        operator = client.token("operator")
        self.assertEqual([client.ask(method, path, operator).status for method, path in paths], [200, 200, 404, 200, 405, 404])
        token_file = self.sandbox.folder / "operator.token"
        token_file.write_text(operator, encoding="utf-8")
        token_file.chmod(0o600)
        listed = subprocess.run([str(binary()), "review", "list", "--json", "--to", self.sandbox.client().sandbox["base"], "--token", str(token_file),
                                 "--cacert", str(self.sandbox.data / "ca.pem")], capture_output=True, text=True, timeout=60)
        self.assertEqual((listed.returncode, json.loads(listed.stdout or "{}")), (0, self.sandbox.review("list")), listed.stderr)
        no_operator = ("handoff review: --token: is not an operator's token, "
                       "or the server at --to has no reviews\n")
        for client_id, said in (("org-pcp1", no_operator), ("operator", "")):
            token_file.write_text(client.token(client_id), encoding="utf-8")
            done = subprocess.run([str(binary()), "review", "list", "--to", client.sandbox["base"], "--token", str(token_file),
                                   "--cacert", str(self.sandbox.data / "ca.pem")], capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stderr), (2 if said else 0, said), client_id)
        # The POST above said "different": Bob is another person, so his enrolment is settled, too.
        self.assertEqual(set(self.sandbox.open()), {"R-4", "E-4"})

    def test_2_the_ledger_is_for_operators_and_auditors(self) -> None:
        client = self.sandbox.client()
        token_file = self.sandbox.folder / "audit.token"
        for client_id, told in (("operator", [0, 0]), ("auditor", [0, 2]), ("org-pcp1", [2, 2])):
            token_file.touch(mode=0o600)
            token_file.write_text(client.token(client_id), encoding="utf-8")
            remote = ["--json", "--to", client.sandbox["base"], "--token", str(token_file), "--cacert", str(self.sandbox.data / "ca.pem")]
            done = [subprocess.run([str(binary()), command, "list", "--recipient", DOCTORS, *remote], capture_output=True, text=True, timeout=60)
                    for command in ("ledger", "delivery")]
            self.assertEqual([item.returncode for item in done], told, [item.stderr for item in done])
            for item, name in zip(done, ("entries", "deliveries")):
                self.assertEqual(bool(item.stdout and json.loads(item.stdout)[name]), item.returncode == 0)
                self.assertNotIn("TWINB", item.stdout)

    def test_3_different_opens_nothing_of_the_twin(self) -> None:
        everything = self.sandbox.plans("operator")
        self.assertEqual(set(everything), {"SP-1", "SP-2", "SP-3"}, "the plan that waited for the enrolment came")
        self.assertNotEqual(everything["SP-1"], everything["SP-2"])
        self.assertEqual(set(self.sandbox.plans("org-pcp1")), {"SP-1", "SP-3"}, "Ana's release opens nothing of Bob's")
        received = self.sandbox.received()
        for hidden in ("SP-2", "BOB", everything["SP-2"]):
            self.assertNotIn(hidden, received)

    def test_4_a_wrong_call_says_what_is_wrong(self) -> None:
        number = str(self.sandbox.open()["R-4"]["id"])
        not_a_field = ("is not a field of corrections/referrals that holds a value; "
                       "the fields are ReferralID, ")
        for arguments, code, said in ((["same", number, "Patient/none"], 2,
                                       "patient: is not a candidate of the review"),
                                      (["show", "9999"], 2, "there is no review 9999"),
                                      (["show", "abc"], 2, 'ID: "abc" is not a number'),
                                      (["different", "R-4"], 2, 'ID: "R-4" is not a number'),
                                      (["same", "1", "x"], 1, "was decided before: different"),
                                      (["correct", number, "DOB"], 2, "is not FIELD=VALUE"),
                                      (["correct", number, "Birthday=x"], 2, "Birthday: " + not_a_field),
                                      (["correct", number, "DOB=x"], 1, "DOB: "),
                                      (["correct", number, "DOB=13/45/1991"], 1, "DOB: no such date (expected MM/dd/yyyy"), (["split", "none"], 2, "there is no such Patient")):
            with self.subTest(arguments):
                done = self.sandbox.call(*arguments)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(said, done.stderr)
        elsewhere = subprocess.run([str(binary()), "review", "different", "1", "--data", "none"], capture_output=True, text=True, timeout=60)
        self.assertEqual((elsewhere.returncode, elsewhere.stderr),
                         (2, "handoff review: --data: not a data folder of a sandbox: none\n"))
        self.assertIn("against  given: the record says CORA, known is CARL", self.sandbox.call("show", number).stdout)

    def test_5_a_wrong_same_is_undone_by_split(self) -> None:
        review = self.sandbox.open()["R-4"]
        carl = review["candidates"][0]["patient"]
        told = self.sandbox.review("same", str(review["id"]), carl, "--reason", "a mistake")
        self.assertEqual(told["patient"], f"Patient/{carl}")
        left = self.sandbox.open()  # the claim of the enrolment is known now
        self.assertEqual(left, {})
        self.assertTrue(eventually(lambda: "SP-4" in self.sandbox.received(), 20), "merged, Carl's release opens Cora's plan")
        split = self.sandbox.review("split", f"Patient/{carl}", "--reason", "Carl is not Cora")
        self.assertEqual((split["people"][0], len(split["people"]), split["unassigned"]), (f"Patient/{carl}", 2, []))
        recipients = {item["recipient"] for item in split["recipients"]}
        self.assertEqual(recipients, {f"Organization/{DOCTORS}"})
        self.assertTrue(any("CarePlan/" in place for item in split["recipients"] for place in item["resources"]), split["recipients"])
        everything = self.sandbox.plans("operator")
        self.assertEqual((everything["SP-3"], everything["SP-4"]), (split["people"][0], split["people"][1]))
        self.assertEqual(set(self.sandbox.plans("org-pcp1")), {"SP-1", "SP-3"}, "Carl's release opens nothing of Cora's any more")
        client = self.sandbox.client()
        plan = next(place for place in split["moved"] if place.startswith("CarePlan/"))
        doctors, operator = client.token("org-pcp1"), client.token("operator")
        for path in (f"/{plan}", f"/{plan}/_history/1", f"/{plan}/_history/2", f"/{plan}/_history", f"/{split['people'][1]}"):
            self.assertEqual((client.ask("GET", path, operator).status, client.ask("GET", path, doctors).status), (200, 404), path)
        self.assertEqual(client.ask("GET", f"/{split['people'][0]}", doctors).status, 200)
        persons = [self.read(place).body.decode() for place in split["people"]]
        self.assertIn("CARL", persons[0])
        self.assertNotIn("CORA", persons[0])
        self.assertIn("CORA", persons[1])
        self.assertNotIn("CARL", persons[1])

    def test_6_the_next_export_corrects_a_birth_date_and_a_member_id(self) -> None:
        corrected = ANA.but(born="1990-03-04", member="100000000033")
        write_records(self.sandbox.records, [corrected, *EVERYBODY[1:]])
        summary = self.sandbox.start()
        self.assertEqual(counts(summary, "corrections/referrals.csv"), (11, 0, 0, 1))
        self.assertEqual(counts(summary, "vendor/enrollments.csv"), (3, 0, 0, 1))
        review = self.sandbox.open()["R-1"]
        ana = review["candidates"][0]["patient"]
        self.assertEqual({item["kind"] for item in review["candidates"][0]["against"]}, {"birthDate", "medicaid"})
        told = self.sandbox.review("same", str(review["id"]), ana, "--reason", "the birth certificate")
        self.assertEqual(len(told["also"]), 1, "the enrolment says the same")
        person = self.read(f"Patient/{ana}").json()
        self.assertEqual(person["birthDate"], "1990-03-04")
        self.assertIn("100000000033", {item["value"] for item in person["identifier"]})
        again = self.sandbox.start()
        self.assertEqual(counts(again, "corrections/referrals.csv"), (12, 0, 0, 0))
        self.assertEqual(again["resources"]["Patient"], 11)

    def test_7_correct_takes_the_record_in(self) -> None:
        mistyped = FATHER.but(number=13, member=CARL.member, is_enrolled=True)
        write_records(self.sandbox.records, [*EVERYBODY, mistyped])
        self.sandbox.start()
        held = self.sandbox.open()
        self.assertLessEqual({"R-13", "E-13"}, set(held))
        told = self.sandbox.review("correct", str(held["R-13"]["id"]), "MassHealthID=", "--reason", "Carl's number")
        self.assertEqual(told["state"], "corrected")
        self.sandbox.review("correct", str(held["E-13"]["id"]), "masshealth_id=100000000041")
        self.assertFalse({"R-13", "E-13"} & set(self.sandbox.open()))

    def test_8_without_a_running_sandbox_the_store_is_opened(self) -> None:
        self.sandbox.stop()
        done = self.sandbox.call("list")
        self.assertEqual(done.returncode, 0, done.stderr)
        verified = subprocess.run([str(binary()), "db", "verify", "--data", str(self.sandbox.data)], capture_output=True, text=True, timeout=60)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def read(self, reference: str) -> Answer:
        client = self.sandbox.client()
        return client.ask("GET", f"/{reference}", client.token("operator"))


if __name__ == "__main__":
    unittest.main()
