// A contact of a program with a person, in presence or by video. Contacts by telephone and with others are Communications.
Profile: Contact
Parent: Encounter
Id: handoff-contact
Title: "Contact"
Description: "A program met somebody: at its site, at home, elsewhere, in a jail before release, or by video."
* meta MS
* meta.lastUpdated MS
* meta.security from SecurityLabelVS (extensible)
* identifier 1..* MS
* identifier.system 1..1 MS
* identifier.value 1..1 MS
* status MS
* class from ContactClassVS (required)
* class MS
* type 1..* MS
* type from ContactKindVS (extensible)
* subject 1..1 MS
* subject only Reference(Patient)
* episodeOfCare MS
* episodeOfCare ^short = "The enrolment"
* participant MS
* participant.type MS
* participant.period MS
* participant.individual MS
* period 1..1 MS
* period.start 1..1 MS
* reasonCode MS
* reasonReference MS
* hospitalization MS
* hospitalization.dischargeDisposition MS
* location MS
* location.location MS
* serviceProvider 1..1 MS
* serviceProvider ^short = "The vendor"
