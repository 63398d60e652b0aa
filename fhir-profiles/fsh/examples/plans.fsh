// Her plans. They name diagnoses by reference only.
Instance: support-plan-rosa
InstanceOf: SupportPlan
Usage: #example
Title: "A support plan with goals and interventions"
* identifier.system = "https://handoff.example.org/id/support-plan"
* identifier.value = "SP-900001"
* text.status = #generated
* text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Support plan of 4 May 2024: find housing.</p></div>"
* status = #active
* intent = #plan
* category[kind] = $careplan-category#support-plan "Support plan"
* category[assessPlan] = $us-core-careplan-category#assess-plan
* title = "Support plan"
* subject = Reference(patient-rosa)
* period.start = "2024-05-04"
* created = "2024-05-04"
* author = Reference(ORG-EXAMPLE)
* careTeam = Reference(team-rosa)
* addresses = Reference(Condition/condition-rosa)
* supportingInfo = Reference(enrollment-rosa)
* goal = Reference(Goal/goal-rosa)
* activity.reference = Reference(intervention-rosa)

Instance: intervention-rosa
InstanceOf: Intervention
Usage: #example
Title: "Housing search"
* identifier.system = "https://handoff.example.org/id/support-plan"
* identifier.value = "SP-900001-housing search"
* status = #active
* intent = #plan
* category = $sct#410606002 "Social service procedure"
* code.text = "housing search"
* subject = Reference(patient-rosa)
* authoredOn = "2024-05-04"
* requester = Reference(ORG-EXAMPLE)

Instance: crisis-plan-rosa
InstanceOf: CrisisPlan
Usage: #example
Title: "What to look for, what helps, whom to call"
* meta.security[0] = $confidentiality#N
* meta.security[1] = $sensitivity#SAFETYPLAN
* identifier.system = "https://handoff.example.org/id/safety-plan"
* identifier.value = "SF-900001"
* status = #active
* intent = #plan
* category[kind] = $careplan-category#crisis-plan "Crisis plan"
* category[assessPlan] = $us-core-careplan-category#assess-plan
* title = "Safety plan"
* subject = Reference(patient-rosa)
* created = "2024-05-18"
* author = Reference(ORG-EXAMPLE)
* supportingInfo = Reference(enrollment-rosa)
* activity[0].detail.code.text = "Warning sign"
* activity[0].detail.status = #not-started
* activity[0].detail.description = "not sleeping"
* activity[1].detail.code.text = "Coping"
* activity[1].detail.status = #not-started
* activity[1].detail.description = "music"
* activity[2].detail.code.text = "Contact"
* activity[2].detail.status = #not-started
* activity[2].detail.description = "988 Suicide and Crisis Lifeline, 988"

Instance: aftercare-plan-rosa
InstanceOf: AftercarePlan
Usage: #example
Title: "What comes after the program"
* identifier.system = "https://handoff.example.org/id/discharge"
* identifier.value = "D-900001"
* status = #active
* intent = #plan
* category[kind] = $careplan-category#aftercare-plan "Aftercare plan"
* category[assessPlan] = $us-core-careplan-category#assess-plan
* title = "Aftercare plan"
* subject = Reference(patient-rosa)
* period.start = "2024-08-30"
* created = "2024-08-30"
* author = Reference(ORG-EXAMPLE)
* supportingInfo = Reference(enrollment-rosa)
* activity[0].reference = Reference(Appointment/appointment-rosa)
* activity[1].detail.status = #not-started
* activity[1].detail.description = "RAFT rental help"

Instance: aftercare-composition-rosa
InstanceOf: AftercareComposition
Usage: #example
Title: "The aftercare plan as the document that goes out"
* identifier.system = "https://handoff.example.org/id/discharge"
* identifier.value = "D-900001"
* status = #final
* type = $loinc#18776-5 "Plan of care note"
* category[kind] = $careplan-category#aftercare-plan
* subject = Reference(patient-rosa)
* date = "2024-08-30"
* author = Reference(ORG-EXAMPLE)
* title = "Aftercare plan"
* event.detail = Reference(enrollment-rosa)
* section[0].title = "Appointments"
* section[0].entry = Reference(Appointment/appointment-rosa)
* section[1].title = "Supports"
* section[1].text.status = #generated
* section[1].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>RAFT rental help</p></div>"
