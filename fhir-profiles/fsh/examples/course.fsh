// From the referral to aftercare.
Instance: referral-rosa
InstanceOf: Referral
Usage: #example
Title: "A jail refers somebody to behavioral health supports"
* meta.security[0] = $confidentiality#R
* meta.security[1] = $sensitivity#JI
* identifier[referral].value = "R-900001"
* status = #active
* intent = #order
* category = $sct#410606002 "Social service procedure"
* code = $sct#410606002 "Social service procedure"
* code.text = "Behavioral health supports"
* subject = Reference(patient-rosa)
* occurrencePeriod.start = "2024-04-29"
* authoredOn = "2024-04-22"
* requester = Reference(Organization/ORG-HOC)
* performer = Reference(ORG-EXAMPLE)
* reasonReference = Reference(Condition/condition-rosa)
* note.text = "To be released at the end of the month."

Instance: referral-task-rosa
InstanceOf: ReferralTask
Usage: #example
Title: "The referral was accepted"
* identifier.system = "https://handoff.example.org/id/referral"
* identifier.value = "R-900001"
* status = #accepted
* intent = #order
* code = $task-code#fulfill
* focus = Reference(referral-rosa)
* for = Reference(patient-rosa)
* authoredOn = "2024-04-22"
* requester = Reference(Organization/ORG-HOC)
* owner = Reference(ORG-EXAMPLE)
* restriction.period.end = "2024-04-24T17:00:00-04:00"

Instance: referral-task-rejected
InstanceOf: ReferralTask
Usage: #example
Title: "The referral was rejected, with the reason"
* identifier.system = "https://handoff.example.org/id/referral"
* identifier.value = "R-900002"
* status = #rejected
* statusReason.text = "Lives in another county"
* intent = #order
* code = $task-code#fulfill
* focus = Reference(ServiceRequest/referral-other)
* for = Reference(patient-rosa)
* authoredOn = "2024-04-22"
* owner = Reference(ORG-EXAMPLE)

Instance: enrollment-rosa
InstanceOf: Enrollment
Usage: #example
Title: "Enrolled, and exited in August"
* meta.security[0] = $confidentiality#R
* meta.security[1] = $sensitivity#JI
* identifier[enrollment].value = "E-900001"
* status = #finished
* statusHistory[0].status = #active
* statusHistory[0].period.start = "2024-05-02"
* statusHistory[0].period.end = "2024-08-30"
* statusHistory[1].status = #finished
* statusHistory[1].period.start = "2024-08-30"
* type = $program#BH-JI "Behavioral health supports for justice-involved people"
* patient = Reference(patient-rosa)
* managingOrganization = Reference(ORG-EXAMPLE)
* period.start = "2024-05-02"
* period.end = "2024-08-30"
* referralRequest = Reference(referral-rosa)
* team = Reference(team-rosa)

Instance: contact-rosa
InstanceOf: Contact
Usage: #example
Title: "A navigator met her at the program's site"
* identifier.system = "https://handoff.example.org/id/contact"
* identifier.value = "C-900001"
* status = #finished
* class = $act#AMB "ambulatory"
* type = $contact-kind#face_to_face "Face to face"
* subject = Reference(patient-rosa)
* episodeOfCare = Reference(enrollment-rosa)
* participant.type = $participation#PPRF "primary performer"
* participant.period.start = "2024-05-06T10:00:00-04:00"
* participant.period.end = "2024-05-06T10:45:00-04:00"
* participant.individual = Reference(Practitioner/navigator-1)
* period.start = "2024-05-06T10:00:00-04:00"
* period.end = "2024-05-06T10:45:00-04:00"
* reasonReference = Reference(Condition/condition-rosa)
* location.location = Reference(Location/site-lowell)
* serviceProvider = Reference(ORG-EXAMPLE)

Instance: incident-rosa
InstanceOf: Incident
Usage: #example
Title: "A fall in the shelter, reported to the plan and the state"
* meta.security[0] = $confidentiality#R
* meta.security[1] = $sensitivity#INCIDENT
* identifier.system = "https://handoff.example.org/id/incident"
* identifier.value = "I-90001"
* actuality = #actual
* event = $incident-kind#serious_injury "Serious injury"
* subject = Reference(patient-rosa)
* date = "2024-06-21"
* detected = "2024-06-21T16:50:00-04:00"
* seriousness = $incident-harm#minor "Minor"
* location = Reference(Location/shelter-1)
* recorder = Reference(Practitioner/navigator-1)
