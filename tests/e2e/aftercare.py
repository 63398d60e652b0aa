"""People with an aftercare plan that a vendor may send to one primary care organization: the reason for a
delivery (E14)."""
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from program import ROOT
from served import Served

DATA = ROOT / "tests/data/aftercare"
VENDOR = "adv"
# The operator writes these; the vendor discloses the rest.
OPERATORS = ("Organization", "HealthcareService", "Patient", "Consent")


def add_vendor(served: Served) -> None:
    served.add_client(VENDOR, "--role", "community-partner", "--organization", "Organization/ORG-ADV", "--purpose", "TREAT",
                      "--scope", "system/*.cruds")


def transaction(served: Served, token: str, entries: list[Any]) -> list[str]:
    """Returns the references that the entries got."""
    answer = served.ask("POST", "", token, {"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert answer.status == 200, answer.body[:800]
    return ["/".join(entry["response"]["location"].split("/_history")[0].split("/")[-2:]) for entry in answer.json()["entry"]]


@dataclass
class Person:
    """The sample person under a name of its own. Its plans go to `recipient`."""

    served: Served
    name: str
    recipient: str
    references: dict[str, str] = field(default_factory=dict)  # from the sample's text to what they are here

    def enter(self, operator: str, vendor: str) -> None:
        patient = {"resourceType": "Patient", "id": f"p1-{self.name}", "name": [{"family": "Rivera", "given": [self.name]}],
                   "birthDate": "1990-02-03"}
        self.references["Patient/p1"] = f"Patient/p1-{self.name}"
        self.references["ORG-PCP1"] = self.recipient
        self.references['"CN-1"'] = f'"CN-{self.name}"'
        self.references["2024-06-30"] = "2199-12-31"
        sample: list[Any] = json.loads((DATA / "record.json").read_text(encoding="utf-8"))
        vendors = [f"{each['resourceType']}/{each['id']}" for each in sample if each["resourceType"] not in OPERATORS]
        self.references |= {reference: f"urn:uuid:{uuid.uuid4()}" for reference in vendors}
        common, own = [patient], []
        for resource in json.loads(self.put_in(json.dumps(sample))):
            if resource["resourceType"] == "CarePlan":
                resource["status"] = "completed"  # an active one would be an event of its own
            (common if resource["resourceType"] in OPERATORS else own).append(resource)
        for resource in common:
            if resource["resourceType"] == "Consent":
                resource["id"] += f"-{self.name}"
        transaction(self.served, operator, [
            {"resource": each, "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"}} for each in common])
        made = transaction(self.served, vendor, [
            {"fullUrl": self.references[f"{each['resourceType']}/{each.pop('id')}"], "resource": each,
             "request": {"method": "POST", "url": each["resourceType"]}} for each in own])
        self.references |= dict(zip(vendors, made, strict=True))

    def put_in(self, text: str) -> str:
        for known, here in self.references.items():
            text = text.replace(known, here)
        return text

    def issue(self, vendor: str, plan: str) -> int:
        """Writes a plan with this title and returns the status. If it is 201, a delivery is queued."""
        composition = json.loads(self.put_in((DATA / "composition.json").read_text(encoding="utf-8")))
        del composition["id"]
        composition["title"] = plan
        return self.served.ask("POST", "/Composition", vendor, composition).status
