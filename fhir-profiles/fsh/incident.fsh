// An adverse incident. It carries the mark INCIDENT: who contributed to it, and others whom it names, leave for nobody else.
Profile: Incident
Parent: AdverseEvent
Id: handoff-incident
Title: "Adverse incident"
Description: "Reported to the plan and the state within one business day of its discovery (E15)."
* meta.security from SecurityLabelVS (extensible)
* identifier 1..1 MS
* identifier.system 1..1
* identifier.value 1..1
* actuality = #actual
* event 1..1 MS
* event from IncidentKindVS (required)
* subject MS
* subject only Reference(Patient)
* date 1..1 MS
* detected 1..1 MS
* detected ^short = "The clock of the report runs from here"
* seriousness MS
* seriousness from IncidentHarmVS (extensible)
* location MS
* recorder MS
* contributor MS
