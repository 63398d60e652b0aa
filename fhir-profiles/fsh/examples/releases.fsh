// What people sign, and decline.
Instance: release-rosa
InstanceOf: Release
Usage: #example
Title: "Signed: general, mental-health and substance use records to a primary care provider, for treatment"
* extension[part2-statement][0].valueCode = #revocation
* extension[part2-statement][1].valueCode = #tpo-warning
* identifier.system = "https://handoff.example.org/id/consent"
* identifier.value = "CN-900001"
* status = #active
* scope = $scope#patient-privacy
* category[0] = $act#IDSCL
* category[1] = $act#42CFRPart2CD
* patient = Reference(patient-rosa)
* dateTime = "2024-05-02"
* performer = Reference(patient-rosa)
* organization = Reference(ORG-EXAMPLE)
* sourceReference = Reference(DocumentReference/form-rosa)
* policyRule = $act#OPTIN
* provision.type = #permit
* provision.period.start = "2024-05-02"
* provision.period.end = "2025-05-01"
* provision.actor.role = $participation#IRCP
* provision.actor.reference = Reference(Organization/ORG-PCP1)
* provision.securityLabel[0] = $confidentiality#R
* provision.securityLabel[1] = $sensitivity#JI
* provision.securityLabel[2] = $act#PSY
* provision.securityLabel[3] = $act#MH
* provision.securityLabel[4] = $act#SUD
* provision.purpose[0] = $reason#TREAT
* provision.purpose[1] = $reason#COC

Instance: release-declined
InstanceOf: Release
Usage: #example
Title: "Declined: nothing to the health plan"
* identifier.system = "https://handoff.example.org/id/consent"
* identifier.value = "CN-900002"
* status = #active
* scope = $scope#patient-privacy
* category = $act#IDSCL
* patient = Reference(patient-rosa)
* dateTime = "2024-05-02"
* performer = Reference(patient-rosa)
* organization = Reference(ORG-EXAMPLE)
* sourceReference = Reference(DocumentReference/form-rosa)
* policyRule = $act#OPTOUT
* provision.type = #deny
* provision.period.start = "2024-05-02"
* provision.period.end = "2025-05-01"
* provision.actor.role = $participation#IRCP
* provision.actor.reference = Reference(Organization/ORG-MCP1)

Instance: release-supervision
InstanceOf: Release
Usage: #example
Title: "Signed: attendance to the probation office, until the end of probation (42 CFR 2.35)"
* extension[part2-statement].valueCode = #revocation
* extension[cj-condition].valueBoolean = true
* extension[expiry-event].extension[event].valueString = "end of probation"
* identifier.system = "https://handoff.example.org/id/consent"
* identifier.value = "CN-900003"
* status = #active
* scope = $scope#patient-privacy
* category = $consent-category#cj-2.35
* patient = Reference(patient-rosa)
* dateTime = "2024-05-02"
* performer = Reference(patient-rosa)
* organization = Reference(ORG-EXAMPLE)
* sourceReference = Reference(DocumentReference/form-rosa)
* policyRule = $act#OPTIN
* provision.type = #permit
* provision.actor.role = $participation#IRCP
* provision.actor.reference = Reference(Organization/ORG-PROB)
* provision.securityLabel[0] = $confidentiality#R
* provision.securityLabel[1] = $act#SUD
* provision.purpose = $purpose#JSUPV
* provision.class = http://hl7.org/fhir/resource-types#Encounter

Instance: release-open
InstanceOf: Release
Usage: #example
Title: "Signed without an end, for treatment: nothing of her safety plan, but to a crisis team"
* extension[part2-statement][0].valueCode = #revocation
* extension[part2-statement][1].valueCode = #tpo-warning
* identifier.system = "https://handoff.example.org/id/consent"
* identifier.value = "CN-900004"
* status = #active
* scope = $scope#patient-privacy
* category = $act#42CFRPart2CD
* patient = Reference(patient-rosa)
* dateTime = "2024-05-02"
* performer = Reference(patient-rosa)
* organization = Reference(ORG-EXAMPLE)
* sourceReference = Reference(DocumentReference/form-rosa)
* policyRule = $act#OPTIN
* provision.type = #permit
* provision.actor[0].role = $participation#IRCP
* provision.actor[0].reference = Reference(Organization/ORG-OTP1)
* provision.actor[1].role = $participation#IRCP
* provision.actor[1].reference = Reference(Organization/ORG-AMCI1)
* provision.purpose = $reason#TREAT
* provision.provision.type = #deny
* provision.provision.actor.role = $participation#IRCP
* provision.provision.actor.reference = Reference(Organization/ORG-OTP1)
* provision.provision.class = http://hl7.org/fhir/resource-types#CarePlan
