"""A small folder of program records, person by person. Tests of recognition need it, and the generator does
not make it."""
import csv
import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from program import ROOT

REFERRALS = ("ReferralID,BookingNo,LastName,FirstName,MI,DOB,Sex,Race,Hispanic,PrefLang,MassHealthID,Facility,CommitStatus,ProjReleaseDate,"
             "ReferralDate,MH_Flag,SUD_Flag,DxCodes,RiskLevel,Caseworker,CaseworkerPhone,ROI_Signed,ROI_Date,Comments").split(",")
ENROLMENTS = ("enrollment_id,referral_id,vendor,program,masshealth_id,last_name,first_name,dob,enrolled_on,status,navigator,county,exited_on,"
              "exit_reason,housing_start,housing_end,employment_start,employment_end").split(",")
DISCLOSER, DOCTORS = "ORG-ADV", "ORG-PCP1"


@dataclass(frozen=True)
class Person:
    """Someone with the numbers R-n, E-n, SP-n. `signs`: a release to the doctors. `is_enrolled`: and then has
    a plan."""
    number: int
    member: str
    family: str
    given: str
    born: str
    sex: str
    signs: bool = False
    is_enrolled: bool = False

    def but(self, **changes: object) -> "Person":
        return replace(self, **changes)  # type: ignore[arg-type]


def write_records(folder: Path, people: list[Person]) -> None:
    """Replaces the folder's content."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("corrections", "vendor"):
        (folder / name).mkdir(parents=True)
    shutil.copy(ROOT / "gateway/sample/organizations.csv", folder)
    enrolled = [one for one in people if one.is_enrolled]
    write_csv(folder / "corrections/referrals.csv", REFERRALS, [referral(one) for one in people])
    write_csv(folder / "vendor/enrollments.csv", ENROLMENTS, [enrolment(one) for one in enrolled])
    write_lines(folder / "vendor/consents.jsonl", [consent(one) for one in people if one.signs])
    write_lines(folder / "vendor/support_plans.jsonl", [plan(one) for one in enrolled])


def write_csv(path: Path, header: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def write_lines(path: Path, items: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")


def referral(one: Person) -> dict[str, str]:
    return {"ReferralID": f"R-{one.number}", "BookingNo": f"B-{one.number}", "LastName": one.family, "FirstName": one.given, "DOB": one.born,
            "Sex": one.sex, "MassHealthID": one.member, "Facility": "HOC-ESSE", "ReferralDate": "2024-01-10"}


def enrolment(one: Person) -> dict[str, str]:
    return {"enrollment_id": f"E-{one.number}", "referral_id": f"R-{one.number}", "vendor": DISCLOSER, "program": "BH-JI",
            "masshealth_id": one.member, "last_name": one.family, "first_name": one.given, "dob": one.born, "enrolled_on": "2024-02-01"}


def consent(one: Person) -> dict[str, object]:
    return {"consentId": f"CN-{one.number}", "referralId": f"R-{one.number}", "discloser": DISCLOSER, "recipient": DOCTORS,
            "decision": "signed", "signedOn": "2024-02-02", "expiresOn": "2024-12-31", "purposes": ["treatment"],
            "share": {"general": True, "attendanceOnly": False, "mentalHealth": True, "substanceUse": True, "hiv": False},
            "signedBy": "member", "part2Notice": True, "revokedOn": None}


def plan(one: Person) -> dict[str, object]:
    return {"planId": f"SP-{one.number}", "enrollmentId": f"E-{one.number}", "status": "active", "author": "a", "createdOn": "2024-02-10",
            "addresses": [{"icd10": "F33.1", "text": "Depression"}], "goals": [], "medications": [],
            "team": {"pcp": DOCTORS, "outpatient": None, "mobileCrisis": None, "plan": None, "family": None}}
