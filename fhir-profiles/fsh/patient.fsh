// The person whom everything is about. Must-support elements are those of US Core 6.1 and 7.0, and the links that a consent follows.
Profile: HandoffPatient
Parent: Patient
Id: handoff-patient
Title: "Patient of the exchange"
Description: "A person who is referred, enrolled or cared for. Records of several disclosers meet here: each element may say who gave it."
* meta.security from SecurityLabelVS (extensible)
* identifier 1..* MS
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier ^short = "What records of this person are recognized by"
* identifier.system 1..1 MS
* identifier.value 1..1 MS
* identifier contains medicaid 0..* MS and referral 0..* MS and enrollment 0..* MS and booking 0..*
* identifier[medicaid].system = "https://handoff.example.org/id/medicaid"
* identifier[medicaid] obeys medicaid-number
* identifier[referral].system = "https://handoff.example.org/id/referral"
* identifier[enrollment].system = "https://handoff.example.org/id/enrollment"
* identifier[booking].system = "https://handoff.example.org/id/booking"
* identifier[booking] ^short = "Of a jail or prison; leaves only where a consent covers justice involvement"
* name 1..* MS
* name.family 1..1 MS
* name.given MS
* telecom MS
* telecom.system 1..1 MS
* telecom.value 1..1 MS
* telecom.use MS
* gender MS
* birthDate MS
* address MS
* address.line MS
* address.city MS
* address.district MS
* address.district ^short = "County"
* address.state MS
* address.postalCode MS
* communication MS
* communication.language MS
* link MS
* link ^short = "The same person under another id; a denial there counts here too"

Invariant: medicaid-number
Description: "A Medicaid member number has 12 digits."
Severity: #error
Expression: "value.matches('^[0-9]{12}$')"
