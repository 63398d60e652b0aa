"""A gateway with US Core: its search parameters, with the package and without it, and what the gateway says
about itself. Also a gateway with a table of codes."""
import shutil
import signal
from typing import Any

from program import shared
from served import ServedTest, call

US_CORE = "hl7.fhir.us.core-6.1.0.tgz"
RACE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"
ETHNICITY = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity"
ASSERTED = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"


def category(url: str, code: str) -> dict[str, Any]:
    coding = {"system": "urn:oid:2.16.840.1.113883.6.238", "code": code}
    return {"url": url, "extension": [{"url": "ombCategory", "valueCoding": coding}, {"url": "text", "valueString": code}]}


def person(identity: str, race: str) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": identity, "extension": [category(RACE, race), category(ETHNICITY, "2135-2")],
            "name": [{"family": "Core", "given": [identity]}], "gender": "unknown"}


def condition(identity: str, of: str, asserted: str) -> dict[str, Any]:
    return {"resourceType": "Condition", "id": identity, "extension": [{"url": ASSERTED, "valueDateTime": asserted}],
            "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
            "code": {"text": "Cough"}, "subject": {"reference": f"Patient/{of}"}}


class PackagesTest(ServedTest):
    def setUp(self) -> None:
        source = shared(f"testdata/packages/{US_CORE}")
        super().setUp()
        (self.served.folder / "packages").mkdir()
        shutil.copy(source, self.served.folder / "packages")

    def start(self, packages: bool) -> None:
        self.served.configure(packages_folder="packages" if packages else None)
        self.served.start()
        self.token = self.served.token()

    def end(self) -> None:
        self.served.program.send(signal.SIGTERM)
        self.assertEqual(self.served.program.wait(15), 0, self.served.program.output())
        verified = call("db", "verify", "--config", self.served.config)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def put(self, resource: dict[str, Any]) -> None:
        answer = self.served.ask("PUT", f"/{resource['resourceType']}/{resource['id']}", self.token, resource)
        self.assertIn(answer.status, (200, 201), answer.body[:500])

    def found(self, query: str) -> list[str]:
        answer = self.served.ask("GET", query, self.token)
        self.assertEqual(answer.status, 200, answer.body[:500])
        return sorted(entry["resource"]["id"] for entry in answer.json().get("entry", []))

    def test_parameters_come_and_go_with_their_package(self) -> None:
        self.start(packages=False)
        self.put(person("early", "2106-3"))
        self.put(condition("c-early", "early", "2024-03-01"))
        self.end()

        self.start(packages=True)
        self.assertIn("search parameters of packages are new", self.served.program.output())
        self.put(person("late", "2054-5"))
        self.put(condition("c-late", "late", "2024-05-01"))
        self.assertEqual(self.found("/Patient?race=2106-3"), ["early"], "what was there before the package is found by it")
        self.assertEqual(self.found("/Patient?race=2054-5"), ["late"])
        self.assertEqual(self.found("/Patient?ethnicity=2135-2"), ["early", "late"])
        self.assertEqual(self.found("/Condition?asserted-date=ge2024-04-01"), ["c-late"])
        self.assertEqual(self.found("/Condition?asserted-date=2024-03&patient=early"), ["c-early"])
        self.end()

        self.start(packages=False)
        refused = self.served.ask("GET", "/Patient?race=2106-3", self.token)
        self.assertEqual(refused.status, 400)
        self.assertIn("has no such search parameter", refused.json()["issue"][0]["diagnostics"])
        self.put(person("early", "2028-9"))  # no longer has the value by which it was found
        self.put(person("between", "2106-3"))
        self.end()

        self.start(packages=True)
        self.assertEqual(self.found("/Patient?race=2106-3"), ["between"])
        self.assertEqual(self.found("/Patient?race=2028-9"), ["early"])
        self.assertEqual(self.found("/Condition?asserted-date=lt2024-04-01"), ["c-early"])
        self.end()
        self.start(packages=True)
        self.assertNotIn("search parameters of packages are new", self.served.program.output(), "nothing is indexed twice")
        self.assertEqual(self.found("/Patient?race=2106-3"), ["between"])

    def test_a_claim_is_found_and_refuses_nothing_without_its_package(self) -> None:
        claimed = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-condition-problems-health-concerns"
        self.start(packages=False)
        self.put(person("p", "2106-3"))
        # Without the category that US Core demands.
        claiming = condition("c", "p", "2024-03-01") | {"meta": {"profile": [claimed]}}
        self.put(claiming)
        self.assertEqual(self.found(f"/Condition?_profile={claimed}"), ["c"])
        told = self.served.ask("POST", "/Condition/$validate", self.token, claiming).json()["issue"]
        self.assertEqual([issue["severity"] for issue in told if claimed in issue.get("diagnostics", "")], ["warning"])
        self.assertNotIn(claimed, self.served.ask("GET", "/metadata").body.decode())
        self.end()
        self.start(packages=True)
        self.assertEqual(self.found(f"/Condition?_profile={claimed}"), ["c"])
        self.assertIn(claimed, self.served.ask("GET", "/metadata").body.decode())
        refused = self.served.ask("PUT", "/Condition/c", self.token, claiming)
        self.assertEqual((refused.status, refused.json()["issue"][0]["expression"]), (422, ["Condition"]), refused.body[:300])

    def test_the_capability_statement_tells_what_the_package_brought(self) -> None:
        self.start(packages=True)
        self.assertIn("a package needs us.nlm.vsac 0.10.0, which is not loaded", self.served.program.output())
        statement = self.served.ask("GET", "/metadata").json()
        self.assertEqual(statement["implementationGuide"], ["http://hl7.org/fhir/us/core/ImplementationGuide/hl7.fhir.us.core|6.1.0"])
        of = {resource["type"]: resource for resource in statement["rest"][0]["resource"]}
        self.assertEqual(of["Patient"]["supportedProfile"], ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient",
                                                             "https://handoff.example.org/fhir/StructureDefinition/handoff-patient"])
        self.assertGreater(len(of["Observation"]["supportedProfile"]), 10)
        self.assertNotIn("supportedProfile", of["Basic"])
        parameters = {each["name"]: each for each in of["Patient"]["searchParam"]}
        self.assertEqual(parameters["race"], {"name": "race", "type": "token",
                                              "definition": "http://hl7.org/fhir/us/core/SearchParameter/us-core-race"})
        self.assertEqual(parameters["name"]["definition"], "http://hl7.org/fhir/SearchParameter/Patient-name", "R4's own stay")
        self.assertEqual(len(of["Patient"]["searchParam"]), len(parameters), "none is there twice")

    def test_a_broken_package_ends_the_start_with_its_reason(self) -> None:
        (self.served.folder / "packages" / "broken.tgz").write_bytes(b"\x1f\x8b\x08 no archive")
        self.served.configure(packages_folder="packages")
        told = call("serve", "--config", self.served.config)
        self.assertEqual(told.returncode, 2)
        self.assertRegex(told.stderr, r"packages_folder: .*broken\.tgz: the archive ")
        self.assertFalse((self.served.folder / "data" / "handoff.db").exists(), "nothing was begun")


class CodeTablesTest(ServedTest):
    TABLE = "system,version,code,display,parent\n" \
            "http://snomed.info/sct,2026-03,64572001,Disease,\n" \
            ",,6142004,Influenza,64572001\n"

    def setUp(self) -> None:
        super().setUp()
        (self.served.folder / "codes").mkdir()
        self.table = self.served.folder / "codes" / "snomed.csv"
        self.served.configure(code_tables_folder="codes")

    def test_a_table_is_a_code_system(self) -> None:
        self.table.write_text(self.TABLE, encoding="utf-8")
        self.served.start()
        token = self.served.token()

        def said(operation: str) -> dict[str, Any]:
            answer = self.served.ask("GET", f"/CodeSystem/{operation}", token)
            self.assertEqual(answer.status, 200, answer.body[:500])
            return {each["name"]: each for each in answer.json()["parameter"]}

        sct = "http://snomed.info/sct"
        self.assertEqual(said(f"$lookup?system={sct}&code=6142004")["display"]["valueString"], "Influenza")
        self.assertTrue(said(f"$validate-code?url={sct}&code=64572001")["result"]["valueBoolean"])
        self.assertFalse(said(f"$validate-code?url={sct}&code=1")["result"]["valueBoolean"])
        self.assertEqual(said(f"$subsumes?system={sct}&codeA=64572001&codeB=6142004")["outcome"]["valueCode"], "subsumes")

    def test_a_broken_table_ends_the_start_with_its_record(self) -> None:
        self.table.write_text(self.TABLE + ",,6142004,Flu,\n", encoding="utf-8")
        told = call("serve", "--config", self.served.config)
        self.assertEqual(told.returncode, 2)
        self.assertRegex(told.stderr, r"code_tables_folder: .*snomed\.csv: .*record 4: .*6142004")
