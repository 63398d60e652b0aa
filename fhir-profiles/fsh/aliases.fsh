// Systems that the sources name often.
Alias: $act = http://terminology.hl7.org/CodeSystem/v3-ActCode
Alias: $reason = http://terminology.hl7.org/CodeSystem/v3-ActReason
Alias: $confidentiality = http://terminology.hl7.org/CodeSystem/v3-Confidentiality
Alias: $participation = http://terminology.hl7.org/CodeSystem/v3-ParticipationType
Alias: $scope = http://terminology.hl7.org/CodeSystem/consentscope
Alias: $task-code = http://hl7.org/fhir/CodeSystem/task-code
Alias: $loinc = http://loinc.org
Alias: $sct = http://snomed.info/sct
Alias: $icd10 = http://hl7.org/fhir/sid/icd-10-cm
Alias: $rxnorm = http://www.nlm.nih.gov/research/umls/rxnorm
Alias: $npi = http://hl7.org/fhir/sid/us-npi
Alias: $us-core-careplan-category = http://hl7.org/fhir/us/core/CodeSystem/careplan-category

// Ours.
Alias: $sensitivity = https://handoff.example.org/fhir/CodeSystem/sensitivity
Alias: $regime = https://handoff.example.org/fhir/CodeSystem/regime
Alias: $purpose = https://handoff.example.org/fhir/CodeSystem/purpose
Alias: $consent-category = https://handoff.example.org/fhir/CodeSystem/consent-category
Alias: $careplan-category = https://handoff.example.org/fhir/CodeSystem/careplan-category
Alias: $program = https://handoff.example.org/fhir/CodeSystem/program
Alias: $care-team-role = https://handoff.example.org/fhir/CodeSystem/care-team-role
Alias: $organization-kind = https://handoff.example.org/fhir/CodeSystem/organization-kind
Alias: $contact-kind = https://handoff.example.org/fhir/CodeSystem/contact-kind
Alias: $incident-kind = https://handoff.example.org/fhir/CodeSystem/incident-kind
Alias: $incident-harm = https://handoff.example.org/fhir/CodeSystem/incident-harm
