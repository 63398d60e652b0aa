// The enrolment in a program.
Profile: Enrollment
Parent: EpisodeOfCare
Id: handoff-enrollment
Title: "Enrolment in a program"
Description: "From the day of enrolment to the exit. Whose it is treats the patient while it is active."
* meta.security from SecurityLabelVS (extensible)
* obeys finished-has-end
* identifier 1..* MS
* identifier.system 1..1
* identifier.value 1..1
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier contains enrollment 1..1 MS
* identifier[enrollment].system = "https://handoff.example.org/id/enrollment"
* status MS
* statusHistory MS
* type 1..* MS
* type from ProgramVS (required)
* patient MS
* managingOrganization 1..1 MS
* managingOrganization ^short = "The vendor: it discloses what hangs on the enrolment"
* period 1..1 MS
* period.start 1..1 MS
* period.end MS
* referralRequest MS
* careManager MS
* team MS

Invariant: finished-has-end
Description: "A finished enrolment says when it ended."
Severity: #error
Expression: "status = 'finished' implies period.end.exists()"
