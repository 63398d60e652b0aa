// A referral to a program: what is asked for (ServiceRequest), and how far it has come (Task).
Profile: Referral
Parent: ServiceRequest
Id: handoff-referral
Title: "Referral"
Description: "Somebody is referred to a program: by a jail, a prison, probation, parole, a provider, a plan, the community or themselves."
* meta.security from SecurityLabelVS (extensible)
* identifier 1..* MS
* identifier.system 1..1
* identifier.value 1..1
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier contains referral 1..1 MS
* identifier[referral].system = "https://handoff.example.org/id/referral"
* identifier[referral] ^short = "The number that enrolments and consents name"
* status MS
* intent MS
* intent = #order
* category MS
* code 1..1 MS
* subject 1..1 MS
* subject only Reference(Patient)
* encounter MS
* occurrence[x] MS
* authoredOn 1..1 MS
* requester MS
* performer MS
* performer ^short = "The vendor; absent until the enrolment says who, where the referral cannot"
* reasonCode MS
* reasonReference MS
* note MS

Profile: Intervention
Parent: ServiceRequest
Id: handoff-intervention
Title: "Intervention of a support plan"
Description: "What a support plan wants to be done."
* meta.security from SecurityLabelVS (extensible)
* identifier 1..* MS
* identifier.system 1..1
* identifier.value 1..1
* status MS
* intent MS
* intent = #plan
* category MS
* code 1..1 MS
* subject 1..1 MS
* subject only Reference(Patient)
* encounter MS
* occurrence[x] MS
* authoredOn 1..1 MS
* requester MS
* reasonCode MS
* reasonReference MS

Profile: ReferralTask
Parent: Task
Id: handoff-referral-task
Title: "Task of a referral"
Description: "Requested, accepted or rejected, and done: with a due time where one runs."
* meta.security from SecurityLabelVS (extensible)
* obeys rejection-reason
* identifier 1..* MS
* identifier.system 1..1
* identifier.value 1..1
* partOf MS
* status MS
* statusReason MS
* businessStatus MS
* intent = #order
* code 1..1 MS
* code = $task-code#fulfill
* focus 1..1 MS
* focus only Reference(ServiceRequest)
* for 1..1 MS
* for only Reference(Patient)
* authoredOn 1..1 MS
* requester MS
* owner MS
* owner ^short = "The vendor; absent until the enrolment says who, where the referral cannot"
* restriction MS
* restriction.period MS
* restriction.period ^short = "Its end is when an answer is due"

Invariant: rejection-reason
Description: "Who rejects a referral says why."
Severity: #error
Expression: "status = 'rejected' implies statusReason.exists()"
