"""Rules for writes of an organization's client: only for an organization that exists, in its own name,
without removing labels, without scripts."""
import unittest
from typing import Any

from client import Answer
from served import ServedTest

ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
XHTML = "http://www.w3.org/1999/xhtml"


def goal(**members: Any) -> dict[str, Any]:
    return {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Walk"}, "subject": {"reference": "Patient/p1"}} | members


def plan(author: Any) -> dict[str, Any]:
    return {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": {"reference": "Patient/p1"}, "author": author}


class WritesTest(ServedTest):
    def setUp(self) -> None:
        super().setUp()
        self.served.add_client("a", "--role", "pcp", "--organization", "Organization/ORG-A", "--purpose", "TREAT", "--scope", "system/*.cruds")
        self.served.start()
        self.operator, self.client = self.served.token(), self.served.token("a")

    def put(self, resource: dict[str, Any], token: str) -> Answer:
        return self.served.ask("PUT", f"/{resource['resourceType']}/{resource['id']}", token, resource)

    def register(self) -> None:
        for ident in ("ORG-A", "ORG-B"):
            self.assertEqual(self.put({"resourceType": "Organization", "id": ident, "name": ident}, self.operator).status, 201)
        self.assertEqual(self.put({"resourceType": "Patient", "id": "p1"}, self.operator).status, 201)

    def labels(self, path: str) -> set[str]:
        return {coding["code"] for coding in self.served.ask("GET", path, self.operator).json()["meta"]["security"]}

    def test_an_organization_that_does_not_exist_writes_nothing(self) -> None:
        entry = {"request": {"method": "POST", "url": "Goal"}, "resource": goal()}
        requests: list[tuple[str, str, Any]] = [
            ("POST", "/Goal", goal()), ("PUT", "/Goal/g1", goal(id="g1")), ("DELETE", "/Goal/g1", None),
            ("POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": [entry]})]
        for method, path, body in requests:
            self.assertEqual(self.served.ask(method, path, self.client, body).status, 403, f"{method} {path}")
        self.register()
        self.assertEqual(self.served.ask("POST", "/Goal", self.client, goal()).status, 201)

    def test_labels_stay_through_the_writes_of_the_discloser(self) -> None:
        self.register()
        made = self.served.ask("POST", "/Goal", self.client, goal()).json()
        path, before = f"/Goal/{made['id']}", self.labels(f"/Goal/{made['id']}")
        labelled = goal(id=made["id"], meta={"security": [{"system": ACT, "code": "HIV"}]})
        self.assertEqual(self.put(labelled, self.operator).status, 200)
        self.assertEqual(self.labels(path) - before, {"HIV", "MA-HIV"})
        changed = self.put(goal(id=made["id"], description={"text": "Run"}), self.client)
        self.assertEqual(changed.status, 200, changed.body[:500])
        self.assertEqual(self.labels(path) - before, {"HIV", "MA-HIV"})
        self.assertEqual(self.served.ask("GET", path, self.operator).json()["description"]["text"], "Run")

    def test_nobody_writes_in_anothers_name(self) -> None:
        self.register()
        self.assertEqual(self.served.ask("POST", "/CarePlan", self.client, plan({"reference": "Organization/ORG-A"})).status, 201)
        told = [self.served.ask("POST", "/CarePlan", self.client, plan(author))
                for author in ({"reference": "Organization/ORG-B"}, {"reference": "Organization/none"}, {"display": "ORG-B"})]
        self.assertEqual([answer.status for answer in told], [403] * 3)
        self.assertEqual(told[0].json()["issue"][0]["expression"], ["CarePlan.author"])
        self.assertEqual([answer.json() for answer in told[1:]], [told[0].json()] * 2, "what it leads to makes no difference")

    def test_a_narrative_runs_nothing(self) -> None:
        self.register()
        for inside in ('<a href=" java&#115;cript:alert(1)">x</a>', '<a href="data:text/html,x">x</a>',
                       '<p style="background: url(https://x.example.org/a.png)">x</p>'):
            narrative = {"status": "generated", "div": f'<div xmlns="{XHTML}">{inside}</div>'}
            answer = self.served.ask("POST", "/Goal", self.client, goal(text=narrative))
            self.assertEqual((answer.status, answer.json()["issue"][0]["expression"]), (422, ["Goal.text.div"]), inside)


if __name__ == "__main__":
    unittest.main()
