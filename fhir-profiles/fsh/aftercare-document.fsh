// What an aftercare document is composed of for each of its recipients.
Profile: AftercareComposition
Parent: Composition
Id: handoff-aftercare-composition
Title: "Aftercare plan, as a document"
Description: "The aftercare plan of a discharge (E14): appointments, medications and supports as sections. What the enrolment's support plan holds is added when it is composed for a recipient."
* meta.security from SecurityLabelVS (extensible)
* extension contains CoordinationDeclined named coordination-declined 0..1 MS
* identifier 1..1 MS
* identifier.system 1..1
* identifier.value 1..1
* status MS
* type = $loinc#18776-5
* type MS
* category 1..* MS
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains kind 1..1 MS
* category[kind] = $careplan-category#aftercare-plan
* subject 1..1 MS
* subject only Reference(Patient)
* date MS
* author MS
* author ^short = "The first is who discloses"
* title MS
* event MS
* event.detail 1..* MS
* event.detail ^short = "The enrolment that ended (EpisodeOfCare)"
* section MS
* section.title 1..1 MS
* section.text MS
* section.entry MS
