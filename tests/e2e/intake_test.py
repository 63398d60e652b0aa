"""One way in: files that are sent to a running gateway become what the sandbox makes of them."""
import http.client
import json
import re
import signal
import ssl
import tempfile
import unittest
from pathlib import Path
from typing import Any

from client import Answer, Client, read
from program import ROOT, Program, eventually
from records import Values
from served import Served, ServedTest, call

SAMPLE = ROOT / "gateway" / "sample"
# In the order in which an operator would send them: first what others refer to.
FEEDS = ("organizations.csv", "home_nursing/nurses.csv", "corrections/referrals.csv", "supervision/referrals.jsonl", "community/referrals.csv",
         "vendor/enrollments.csv", "vendor/consents.jsonl", "vendor/support_plans.jsonl", "vendor/discharges.jsonl")
AS_OF = "2026-11-01"  # after the last record, before the machine's clock: both gateways take everything in
READY_SECONDS_MAX = 120
PAGES_MAX = 200
PEOPLE = "ReferralID,BookingNo,LastName,FirstName,MI,DOB,Sex,Race,Hispanic,PrefLang,MassHealthID,Facility,CommitStatus,ProjReleaseDate," \
         "ReferralDate,MH_Flag,SUD_Flag,DxCodes,RiskLevel,Caseworker,CaseworkerPhone,ROI_Signed,ROI_Date,Comments\n"
ENROLMENTS = "enrollment_id,referral_id,vendor,program,masshealth_id,last_name,first_name,dob,enrolled_on,status,navigator,county,exited_on," \
             "exit_reason,housing_start,housing_end,employment_start,employment_end\n"
ORGANIZATIONS = "org_id,name,kind,counties,npi,part2_program\nORG-ADV,Vendor,bhji_vendor,Essex,,yes\nORG-PCP1,Doctors,pcp,Essex,,no\n"


def referral(number: str, family: str = "RIVERA", given: str = "ANA", born: str = "02/03/1990", member: str = "") -> str:
    return f"{number},B-{number},{family},{given},,{born},F,,,,{member},HOC-ESSE,,,01/10/2024,,,,,,,,,\n"


def enrolment(number: str, of: str, family: str = "Rivera", given: str = "Ana", born: str = "1990-02-03", left: str = "") -> str:
    return f"{number},{of},ORG-ADV,BH-JI,,{family},{given},{born},2024-02-01,,,,{left},,,,,\n"


def consent(number: str, of: str) -> str:
    return json.dumps({"consentId": number, "referralId": of, "discloser": "ORG-ADV", "recipient": "ORG-PCP1", "decision": "signed",
                       "signedOn": "2024-02-02", "expiresOn": "2030-12-31", "purposes": ["treatment"],
                       "share": {"general": True, "attendanceOnly": False, "mentalHealth": True, "substanceUse": True, "hiv": False},
                       "signedBy": "member", "part2Notice": True, "revokedOn": None}) + "\n"


def plan(number: str, of: str, day: str = "2024-02-10") -> str:
    return json.dumps({"planId": number, "enrollmentId": of, "status": "active", "author": "a", "createdOn": day, "addresses": [], "goals": [],
                       "medications": [], "team": {"pcp": "ORG-PCP1", "outpatient": None, "mobileCrisis": None, "plan": None, "family": None}}) + "\n"


def post(served: Served, mapping: str, body: str | bytes, media_type: str = "text/csv", token: str | None = None, query: str = "",
         method: str = "POST") -> Answer:
    host, port = re.fullmatch(r"https://([^/:]+):(\d+)/fhir", served.base).groups()
    connection = http.client.HTTPSConnection(host, int(port), timeout=90, context=ssl.create_default_context(cafile=str(served.folder / "server.pem")))
    try:
        headers = {"Content-Type": media_type, "Authorization": f"Bearer {token or served.token()}"}
        connection.request(method, f"/intake/{mapping}{query}", body if isinstance(body, bytes) else body.encode(), headers)
        return read(connection.getresponse())
    finally:
        connection.close()


def every(ask: Any, type_name: str) -> list[Values]:
    """All current resources of a type, page by page. `ask(path)` is below the base."""
    found: list[Values] = []
    path: str | None = f"/{type_name}?_count=100"
    for _ in range(PAGES_MAX):
        answer = ask(path)
        assert answer.status == 200, answer.body[:300]
        bundle = answer.json()
        found += [entry["resource"] for entry in bundle.get("entry", []) if entry["resource"]["resourceType"] == type_name]
        path = next((link["url"].split("/fhir", 1)[1] for link in bundle.get("link", []) if link["relation"] == "next"), None)
        if not path:
            return found
    raise AssertionError("too many pages")


def key_of(resource: Values) -> str:
    """The name of a resource in its feed: its business identifiers."""
    identifiers = resource.get("identifier", [])
    identifiers = identifiers if isinstance(identifiers, list) else [identifiers]
    names = sorted(f"{one.get('system')}|{one.get('value')}" for one in identifiers)
    return f"{resource['resourceType']}:" + (";".join(names) or resource["id"])


def comparable(resources: list[Values]) -> dict[str, str]:
    """By business key: each resource without id, version and time, and with references by business key."""
    keys = {f"{one['resourceType']}/{one['id']}": key_of(one) for one in resources}
    compared: dict[str, str] = {}
    for one in resources:
        bare = {name: value for name, value in one.items() if name != "id"}
        bare["meta"] = {name: value for name, value in one.get("meta", {}).items() if name not in ("versionId", "lastUpdated")}
        text = json.dumps(bare, sort_keys=True, indent=1)
        compared[keys[f"{one['resourceType']}/{one['id']}"]] = re.sub(r'"([A-Z][A-Za-z]+/[A-Za-z0-9.-]+)"', lambda m: f'"{keys.get(m[1], m[1])}"', text)
    assert len(compared) == len(resources), "two resources have one key"
    return compared


class OneWayIn(unittest.TestCase):
    def test_a_gateway_and_the_sandbox_hold_the_same(self) -> None:
        with tempfile.TemporaryDirectory(prefix="handoff-e2e-") as folder:
            data, summary = Path(folder) / "data", Path(folder) / "summary.json"
            with Program(Path(folder) / "log", ["sandbox", "--port", "0", "--data", str(data), "--records", str(SAMPLE), "--as-of", AS_OF,
                                                "--summary", str(summary)]) as sandbox:
                self.assertTrue(eventually(lambda: (data / "sandbox.json").exists() and summary.exists(), READY_SECONDS_MAX), sandbox.output())
                client = Client(data)
                token = client.token("operator")
                told = json.loads(summary.read_text(encoding="utf-8"))
                types = sorted(set(told["resources"]) - {"Provenance"})
                expected = [one for name in types for one in every(lambda path: client.ask("GET", path, token), name)]
            served = Served(Path(folder) / "gateway")
            served.start()
            try:
                (served.folder / "token").write_text(served.token())
                for feed in FEEDS:
                    done = call("map", "run", feed.rsplit(".", 1)[0], str(SAMPLE / feed), "--to", served.base, "--token", str(served.folder / "token"),
                                "--cacert", str(served.folder / "server.pem"), "--json")
                    counts = json.loads(done.stderr.splitlines()[-1])
                    there = next(one for one in told["feeds"] if one["feed"] == feed)
                    self.assertEqual([counts["records"], counts["mapped"], counts["rejected"], counts["duplicates"], counts.get("waiting", 0),
                                      counts.get("review", 0)],
                                     [there["records"], there["mapped"], len(there["rejected"]), there["duplicates"], there["waiting"], there["review"]],
                                     feed + done.stderr)
                token = served.token()
                found = [one for name in types for one in every(lambda path: served.ask("GET", path, token), name)]
            finally:
                served.stop()
        self.maxDiff = 4000
        ours, theirs = comparable(found), comparable(expected)
        self.assertEqual(sorted(ours), sorted(theirs))
        for key, text in theirs.items():
            self.assertEqual(ours[key], text, key)
        self.assertGreater(len(theirs), 100)


class SentFiles(ServedTest):
    def setUp(self) -> None:
        super().setUp()
        self.served.start()
        self.assertEqual(post(self.served, "organizations", ORGANIZATIONS).status, 200)

    def report(self, mapping: str, body: str, media_type: str = "text/csv", query: str = "") -> Values:
        answer = post(self.served, mapping, body, media_type, query=query)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()

    def of_type(self, type_name: str) -> list[Values]:
        token = self.served.token()
        return every(lambda path: self.served.ask("GET", path, token), type_name)

    def test_a_person_is_recognized_across_files(self) -> None:
        self.assertEqual(self.report("corrections/referrals", PEOPLE + referral("R-1"))["mapped"], 1)
        self.assertEqual(self.report("vendor/enrollments", ENROLMENTS + enrolment("E-1", "R-1"))["mapped"], 1)
        self.assertEqual(self.report("vendor/consents", consent("CN-1", "R-1"), "application/x-ndjson")["mapped"], 1)
        self.assertEqual(self.report("vendor/support_plans", plan("SP-1", "E-1"), "application/x-ndjson")["mapped"], 1)
        people = self.of_type("Patient")
        self.assertEqual(len(people), 1)
        self.assertEqual({one["value"] for one in people[0]["identifier"]}, {"R-1", "B-R-1", "E-1"})
        self.assertEqual(len(self.of_type("CarePlan")), 1)

    def test_a_correction_reaches_the_patient(self) -> None:
        self.report("corrections/referrals", PEOPLE + referral("R-1"))
        again = self.report("corrections/referrals", PEOPLE + referral("R-1"))
        self.assertEqual(again["mapped"], 1)
        before = self.of_type("Patient")[0]
        self.assertEqual(before["meta"]["versionId"], "1", "the same content again changes nothing")
        self.report("corrections/referrals", PEOPLE + referral("R-1", family="RIVERA SOTO", member="100000000017"))
        person = self.of_type("Patient")[0]
        self.assertIn("RIVERA SOTO", [name["family"] for name in person["name"]])
        self.assertIn("100000000017", [one["value"] for one in person["identifier"]])

    def test_what_waits_outlives_a_kill(self) -> None:
        told = self.report("vendor/support_plans", plan("SP-1", "E-1", "2024-03-01") + plan("SP-1", "E-1", "2024-02-10"), "application/x-ndjson")
        self.assertEqual((told["waiting"], told["mapped"]), (2, 0))
        self.served.program.send(signal.SIGKILL)
        self.served.stop()
        self.served.start()
        self.assertEqual(self.of_type("CarePlan"), [])
        told = self.report("vendor/enrollments", ENROLMENTS + enrolment("E-1", "R-1", left="2024-06-01"))
        self.assertEqual((told["mapped"], told["woken"]["mapped"]), (1, 2))
        plans = self.of_type("CarePlan")
        self.assertEqual([(one["created"], one["status"], one["meta"]["versionId"]) for one in plans], [("2024-03-01", "completed", "2")])

    def test_an_older_state_does_not_replace_a_newer_one(self) -> None:
        self.report("vendor/enrollments", ENROLMENTS + enrolment("E-1", "R-1"))
        self.report("vendor/support_plans", plan("SP-1", "E-1", "2024-03-01"), "application/x-ndjson")
        self.assertEqual(self.report("vendor/support_plans", plan("SP-1", "E-1", "2024-02-10"), "application/x-ndjson")["mapped"], 1)
        self.assertEqual([one["created"] for one in self.of_type("CarePlan")], ["2024-03-01"])

    def test_who_contradicts_is_held(self) -> None:
        self.report("corrections/referrals", PEOPLE + referral("R-1"))
        told = self.report("vendor/enrollments", ENROLMENTS + enrolment("E-1", "R-1", born="1970-01-01"))
        self.assertEqual((told["review"], told["mapped"]), (1, 0))
        self.assertEqual(self.of_type("EpisodeOfCare"), [])

    def test_a_dry_run_stores_nothing(self) -> None:
        rows = PEOPLE + referral("R-1") + referral("R-2", born="31/31/1990")
        told = self.report("corrections/referrals", rows, query="?dry-run=true")
        self.assertEqual((told["dryRun"], told["mapped"], len(told["rejected"])), (True, 1, 1))
        self.assertEqual(told["rejected"][0]["field"], "DOB")
        self.assertEqual(self.of_type("Patient"), [])
        self.assertEqual(self.report("vendor/support_plans", plan("SP-1", "E-1"), "application/x-ndjson", "?dry-run=true")["waiting"], 1)
        self.assertEqual(self.report("vendor/enrollments", ENROLMENTS + enrolment("E-1", "R-1"))["woken"]["mapped"], 0, "nor does a record wait")

    def test_what_is_wrong_is_said(self) -> None:
        good = PEOPLE + referral("R-1")
        self.served.add_client("vendor", "--role", "provider", "--organization", "Organization/ORG-ADV", "--scope", "system/*.cruds", "--purpose", "TREAT")
        self.served.add_client("reader", "--role", "operator", "--scope", "system/*.rs")
        self.served.program.send(signal.SIGHUP)
        self.assertTrue(self.served.logs("reloaded: 3 clients"))
        cases = [(404, "nothing is served at this path", "corrections/referrals", good, "text/csv", {"token": self.served.token("vendor")}),
                 (403, "system/*.cu", "corrections/referrals", good, "text/csv", {"token": self.served.token("reader")}),
                 (404, "there is no mapping \"corrections/nothing\"", "corrections/nothing", good, "text/csv", {}),
                 (404, "there is no mapping", "..%2f..%2fetc/passwd", good, "text/csv", {}),
                 (404, "nothing is served", "a/b/c", good, "text/csv", {}),
                 (415, "send it as text/csv", "corrections/referrals", good, "application/x-www-form-urlencoded", {}),
                 (415, "send it as application/x-ndjson", "vendor/consents", "{}", "application/json", {}),
                 (400, "dry-run", "corrections/referrals", good, "text/csv", {"query": "?dry-run=maybe"}),
                 (400, "is no parameter", "corrections/referrals", good, "text/csv", {"query": "?colour=blue"}),
                 (400, "UTF-16", "corrections/referrals", "\ufeff".encode("utf-16-le") + good.encode("utf-16-le")[:-1], "text/csv", {}),
                 (400, "column", "corrections/referrals", "a,b\n1,2\n", "text/csv", {}),
                 (405, "allows only POST", "corrections/referrals", "", "text/csv", {"method": "GET"})]
        for status, words, mapping, body, media_type, how in cases:
            with self.subTest(f"{status} {mapping} {media_type} {how.get('query', '')}"):
                answer = post(self.served, mapping, body, media_type, **how)
                self.assertEqual(answer.status, status, answer.body)
                self.assertIn(words, answer.json()["issue"][0]["diagnostics"])
        self.assertEqual(self.of_type("Patient"), [])

    def test_map_run_tells_what_the_gateway_rejected(self) -> None:
        folder = self.served.folder
        (folder / "token").write_text(self.served.token())
        (folder / "referrals.csv").write_text(PEOPLE + referral("R-1") + referral("=R-2", born="31/31/1990"))
        options = ("--to", self.served.base, "--token", str(folder / "token"), "--cacert", str(folder / "server.pem"))
        done = call("map", "run", "corrections/referrals", str(folder / "referrals.csv"), *options, "--rejects", str(folder / "rejects.csv"))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("2 records: 1 mapped, 1 rejected, 0 duplicates", done.stderr)
        self.assertRegex((folder / "rejects.csv").read_text(), r"referrals\.csv,3,'=R-2,DOB,")
        for wrong, words in ((("corrections/nothing", str(folder / "referrals.csv"), *options), "there is no mapping"),
                             (("corrections/referrals", str(folder / "referrals.csv"), *options, "--data", "x"), "leave out"),
                             (("corrections/referrals", str(folder / "referrals.csv"), "--to", self.served.base), "--token")):
            refused = call("map", "run", *wrong)
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.assertIn(words, refused.stderr)


if __name__ == "__main__":
    unittest.main()
