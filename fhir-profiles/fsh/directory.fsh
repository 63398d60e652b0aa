// Who takes part: organizations, and the teams that hear of a person's events.
Profile: HandoffOrganization
Parent: Organization
Id: handoff-organization
Title: "Organization of the network"
Description: "A vendor, provider, plan, office or agency. Its extensions say which laws its records are under."
* extension contains
    Part2Program named part2-program 0..1 MS and
    SourceRegime named source-regime 0..* MS and
    HipaaStatus named hipaa-status 0..1 MS
* identifier MS
* identifier.system 1..1 MS
* identifier.value 1..1 MS
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier contains NPI 0..1 MS
* identifier[NPI].system = $npi
* active 1..1 MS
* type 1..* MS
* type from OrganizationKindVS (extensible)
* name 1..1 MS
* telecom MS
* telecom.system MS
* telecom.value MS
* address MS
* address.line MS
* address.city MS
* address.district MS
* address.state MS
* address.postalCode MS
* address.country MS
* partOf MS
* partOf ^short = "What holds for the one above holds for this one, where it says nothing itself"

Profile: HandoffCareTeam
Parent: CareTeam
Id: handoff-care-team
Title: "Care team"
Description: "Who cares for a person, by role: of an enrolment the navigator and the vendor, of a support plan those who hear of it."
* meta.security from SecurityLabelVS (extensible)
* identifier 1..* MS
* identifier.system 1..1
* identifier.value 1..1
* status 1..1 MS
* subject 1..1 MS
* subject only Reference(Patient)
* period MS
* participant 1..* MS
* participant.role 1..1 MS
* participant.role from CareTeamRoleVS (extensible)
* participant.member 1..1 MS
* managingOrganization MS
