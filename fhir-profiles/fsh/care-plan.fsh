// Care plans. What they say of diagnoses and medications they say by reference only: so the plan needs no label of theirs, and a
// recipient who may not know a diagnosis loses the reference and nothing else.
Profile: HandoffCarePlan
Parent: CarePlan
Id: handoff-care-plan
Title: "Care plan"
Description: "What support, crisis and aftercare plans have in common."
* ^abstract = true
* meta.security from SecurityLabelVS (extensible)
* obeys by-reference
* identifier 1..* MS
* identifier.system 1..1 MS
* identifier.value 1..1 MS
* text MS
* text.status MS
* text.div MS
* status MS
* intent MS
* category 1..* MS
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains kind 1..1 MS and assessPlan 0..1 MS
* category[kind] ^patternCodeableConcept.coding.system = $careplan-category
* category[kind] ^short = "Which plan it is: events, the emergency set and search go by it"
* category[assessPlan] = $us-core-careplan-category#assess-plan
* category[assessPlan] ^short = "As US Core wants it"
* title MS
* subject 1..1 MS
* subject only Reference(Patient)
* period MS
* created MS
* author MS
* careTeam MS
* addresses MS
* supportingInfo MS
* goal MS
* activity MS

Invariant: by-reference
Description: "Diagnoses are named by reference only: no display and no identifier beside it."
Severity: #error
Expression: "addresses.all(reference.exists() and display.empty() and identifier.empty())"

Profile: SupportPlan
Parent: HandoffCarePlan
Id: handoff-support-plan
Title: "Support plan"
Description: "Goals and interventions of an enrolment. Its care team hears of it (E5)."
* ^abstract = false
* category[kind] = $careplan-category#support-plan
* period 1..1
* period.start 1..1 MS
* created 1..1
* created ^short = "The latest plan of an enrolment stands"
* author 1..1
* author only Reference(Organization or Practitioner or PractitionerRole or CareTeam)
* careTeam 1..* 
* careTeam ^short = "Who hears of the plan"
* supportingInfo 1..*
* supportingInfo ^short = "The enrolment (EpisodeOfCare)"
* activity.reference MS
* activity.detail 0..0

Profile: CrisisPlan
Parent: HandoffCarePlan
Id: handoff-crisis-plan
Title: "Crisis plan"
Description: "Warning signs, what helps, whom to call. In an emergency it may be seen without a consent (42 CFR 2.51)."
* ^abstract = false
* category[kind] = $careplan-category#crisis-plan
* created 1..1
* author 1..1
* activity 1..*
* activity.detail MS
* activity.detail.description 1..1 MS
* activity.detail.description ^short = "A warning sign, what helps against it, or whom to call"

Profile: AftercarePlan
Parent: HandoffCarePlan
Id: handoff-aftercare-plan
Title: "Aftercare plan"
Description: "Appointments, medications and supports after a program has ended."
* ^abstract = false
* category[kind] = $careplan-category#aftercare-plan
* period 1..1
* period.start 1..1 MS
* created 1..1
* author 1..1
* supportingInfo 1..*
* supportingInfo ^short = "The enrolment that ended (EpisodeOfCare)"
* activity.reference MS
