// One invented person, and the organizations around her. Nobody of that name is meant.
Instance: patient-rosa
InstanceOf: HandoffPatient
Usage: #example
Title: "Rosa Delgado, referred by a jail, enrolled by a vendor"
* meta.security[0] = $confidentiality#R
* meta.security[1] = $sensitivity#JI
* extension[0].url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"
* extension[0].extension[0].url = "ombCategory"
* extension[0].extension[0].valueCoding = urn:oid:2.16.840.1.113883.6.238#2106-3 "White"
* extension[0].extension[1].url = "text"
* extension[0].extension[1].valueString = "White"
* extension[1].url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity"
* extension[1].extension[0].url = "ombCategory"
* extension[1].extension[0].valueCoding = urn:oid:2.16.840.1.113883.6.238#2135-2 "Hispanic or Latino"
* extension[1].extension[1].url = "text"
* extension[1].extension[1].valueString = "Hispanic or Latino"
* identifier[medicaid].extension[0].url = "https://handoff.example.org/fhir/StructureDefinition/discloser"
* identifier[medicaid].extension[0].valueReference = Reference(Organization/ORG-EXAMPLE)
* identifier[medicaid].value = "100200300400"
* identifier[referral].value = "R-900001"
* identifier[enrollment].value = "E-900001"
* identifier[booking].value = "B-44021"
* name.family = "Delgado"
* name.given[0] = "Rosa"
* name.given[1] = "M"
* telecom.system = #phone
* telecom.value = "617-555-0134"
* telecom.use = #mobile
* gender = #female
* birthDate = "1988-04-12"
* address.line = "12 Orchard Street"
* address.city = "Lowell"
* address.district = "Middlesex"
* address.state = "MA"
* address.postalCode = "01851"
* communication.language = urn:ietf:bcp:47#es "Spanish"

Instance: ORG-EXAMPLE
InstanceOf: HandoffOrganization
Usage: #example
Title: "A vendor that is a Part 2 program"
* extension[part2-program].valueCode = #sud-content
* extension[hipaa-status].valueCode = #covered-entity
* identifier[NPI].value = "1234567893"
* active = true
* type = $organization-kind#bhji_vendor "Behavioral health supports for justice-involved people"
* name = "Example Community Services"
* telecom.system = #phone
* telecom.value = "978-555-0100"
* address.line = "1 Mill Street"
* address.city = "Lowell"
* address.district = "Middlesex"
* address.state = "MA"
* address.postalCode = "01852"
* address.country = "US"

Instance: ORG-EXAMPLE-STATE
InstanceOf: HandoffOrganization
Usage: #example
Title: "A service of the state's mental-health agency"
* extension[part2-program].valueCode = #none
* extension[source-regime].valueCode = #DMH
* active = true
* type = $organization-kind#state_agency "State agency"
* name = "Example Mental Health Service"

Instance: team-rosa
InstanceOf: HandoffCareTeam
Usage: #example
Title: "Who hears of a support plan"
* identifier.system = "https://handoff.example.org/id/care-team"
* identifier.value = "SP-900001"
* status = #active
* name = "Support plan team"
* subject = Reference(patient-rosa)
* period.start = "2024-05-04"
* participant[0].role = $care-team-role#pcp "Primary care provider"
* participant[0].member = Reference(Organization/ORG-PCP1)
* participant[1].role = $care-team-role#mobileCrisis "Mobile crisis team"
* participant[1].member = Reference(Organization/ORG-AMCI1)
* participant[2].role = $care-team-role#plan "Health plan"
* participant[2].member = Reference(Organization/ORG-MCP1)
* managingOrganization = Reference(ORG-EXAMPLE)
