"""Partners that hang or show an expired certificate. The others get their messages meanwhile, and these get
theirs when they mend."""
import json
import time
import unittest
from datetime import datetime, timezone

import aftercare
from partners import WAYS, Partner
from program import eventually
from served import ServedTest, make_certificate_until

PLANS = 3  # for each partner, of one person: one lane
SECONDS_MAX = 15  # for what waits for nobody; a call that hangs is given up after 30


class PartnerFaultsTest(ServedTest):
    def setUp(self) -> None:
        super().setUp()
        self.certificate = self.served.folder / "server"
        self.people: dict[str, aftercare.Person] = {}
        aftercare.add_vendor(self.served)

    def partner(self, organization: str, way: str = "answers", certificate: str = "server") -> Partner:
        made = Partner(organization, self.served.folder / certificate, way)
        self.addCleanup(made.close)
        return made

    def start(self, *partners: Partner) -> None:
        folder = self.served.folder
        (folder / "partner.token").write_text("secret")
        (folder / "partner.token").chmod(0o600)
        (folder / "endpoints.json").write_text(json.dumps(
            {each.organization: {"base": each.base, "token_file": "partner.token"} for each in partners}))
        (folder / "trust.pem").write_text("".join(file.read_text() for file in folder.glob("*.pem") if file.name != "trust.pem"))
        self.served.configure(endpoints_file="endpoints.json", partner_ca_file="trust.pem", partner_addresses=["127.0.0.1"])
        self.served.start()

    def queue(self, *partners: Partner) -> None:
        operator, token = self.served.token(), self.served.token(aftercare.VENDOR)
        for each in partners:
            person = self.people[each.organization] = aftercare.Person(self.served, each.organization.lower(), each.organization)
            person.enter(operator, token)
        for plan in self.expected():
            for each in partners:
                self.assertEqual(self.people[each.organization].issue(token, plan), 201)

    def expected(self) -> list[str]:
        return [f"plan {number}" for number in range(PLANS)]

    def test_partners_that_hang_hold_up_nobody_else(self) -> None:
        hanging = [self.partner(f"ORG-H{number}", way) for number, way in enumerate((*WAYS[1:], *WAYS[1:]))]
        good = self.partner("ORG-GOOD")
        self.start(*hanging, good)
        self.queue(*hanging, good)
        self.assertTrue(eventually(lambda: len(good.plans) == PLANS, SECONDS_MAX), self.served.program.output())
        self.assertTrue(eventually(lambda: all(each.most_open for each in hanging), SECONDS_MAX), "nobody tried those that hang")
        token = self.served.token(aftercare.VENDOR)
        self.assertEqual(self.people["ORG-GOOD"].issue(token, "later"), 201)
        self.assertTrue(eventually(lambda: len(good.plans) == PLANS + 1, SECONDS_MAX))
        self.assertEqual(good.plans, [*self.expected(), "later"], "in their order, once each")
        self.assertEqual([each.plans for each in hanging], [[] for _ in hanging])
        self.assertEqual([each.most_open for each in hanging], [1 for _ in hanging], "two attempts at once")
        for each in hanging:
            each.mend()
        for each in hanging:
            self.assertTrue(eventually(lambda each=each: len(each.plans) >= PLANS, SECONDS_MAX), (each.way, each.plans))
            self.assertEqual(each.plans, self.expected())

    def test_a_partners_certificate_that_expired_is_named_and_waited_for(self) -> None:
        make_certificate_until(self.served.folder, "old", datetime(2024, 1, 1, tzinfo=timezone.utc))
        partner = self.partner("ORG-OLD", certificate="old")
        self.start(partner)
        self.queue(partner)
        self.assertTrue(self.served.logs("the certificate is not accepted: certificate has expired"), self.served.program.output())
        time.sleep(0.5)
        self.assertEqual(partner.plans, [], "it was delivered to whoever it was")
        partner.use(self.certificate)
        self.assertTrue(eventually(lambda: len(partner.plans) == PLANS, SECONDS_MAX), self.served.program.output())
        self.assertEqual(partner.plans, self.expected())


if __name__ == "__main__":
    unittest.main()
