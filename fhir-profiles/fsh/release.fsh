// A consent to disclose through the exchange. What would make the form unreadable is an error. What the filing gate finds on forms that
// people really sign is a warning by the name of its consent-issue: such a consent is stored, its denials hold, its permissions do not.
Profile: Release
Parent: Consent
Id: handoff-release
Title: "Release for exchange"
Description: "Who may disclose to whom, for what, which kinds of data, until when; or a refusal."
* meta.security from SecurityLabelVS (extensible)
* obeys root-type-contradiction and nested-type-missing and nesting-too-deep and discloser-missing
* obeys notes-mixed and proceedings-mixed and recipient-missing and purpose-missing and expiry-missing and statement-missing
* obeys cj-condition and cj-event-missing and intermediary-incomplete
* extension contains
    Part2Statement named part2-statement 0..* MS and
    CjCondition named cj-condition 0..1 MS and
    ExpiryEvent named expiry-event 0..1 MS and
    RevocationRequested named revocation-requested 0..1 MS and
    Controller named controller 0..*
* identifier 1..* MS
* identifier ^short = "The first one and the disclosers make the series: a later one replaces an earlier one wholly"
* identifier.system 1..1 MS
* identifier.value 1..1 MS
* status MS
* scope = $scope#patient-privacy
* scope MS
* category MS
* category from ConsentCategoryVS (extensible)
* patient 1..1 MS
* dateTime 1..1 MS
* performer 1..* MS
* organization MS
* source[x] 1..1 MS
* policyRule MS
* policyRule from PolicyRuleVS (required)
* provision 1..1 MS
* provision.type 1..1 MS
* provision.period MS
* provision.actor MS
* provision.actor.role = $participation#IRCP
* provision.actor.role MS
* provision.actor.reference MS
* provision.action MS
* provision.securityLabel MS
* provision.securityLabel from ConsentLabelVS (required)
* provision.purpose MS
* provision.purpose from PurposeOfUseVS (extensible)
* provision.class MS
* provision.code MS
* provision.dataPeriod MS
* provision.data MS
* provision.provision MS
* provision.provision.type 1..1

Invariant: root-type-contradiction
Description: "The type of the root and the policy rule say the same."
Severity: #error
Expression: "(provision.type = 'permit' implies policyRule.coding.where(code in ('OPTOUT' | 'OPTOUTE')).empty()) and (provision.type = 'deny' implies policyRule.coding.where(code in ('OPTIN' | 'OPTINR')).empty())"

Invariant: nested-type-missing
Description: "Every nested rule says whether it permits or denies: none inherits it."
Severity: #error
Expression: "provision.repeat(provision).all(type.exists())"

Invariant: nesting-too-deep
Description: "Rules nest three levels below the root and no further."
Severity: #error
Expression: "provision.provision.provision.provision.provision.empty()"

Invariant: discloser-missing
Description: "It names who may disclose; a consent that names nobody binds every discloser and permits nothing."
Severity: #error
Expression: "organization.exists() or extension('https://handoff.example.org/fhir/StructureDefinition/controller').exists()"

Invariant: notes-mixed
Description: "A consent to notes stands alone."
Severity: #warning
Expression: "category.coding.where(code in ('sud-counseling-notes' | 'psychotherapy-notes')).exists() implies category.coding.where(code = '42CFRPart2CD' or system = 'https://handoff.example.org/fhir/CodeSystem/consent-category').count() = 1"

Invariant: proceedings-mixed
Description: "A consent to proceedings stands alone."
Severity: #warning
Expression: "category.coding.where(code = 'legal-proceedings').exists() implies category.coding.where(code = '42CFRPart2CD' or system = 'https://handoff.example.org/fhir/CodeSystem/consent-category').count() = 1"

Invariant: recipient-missing
Description: "Where a law asks for the category, every rule that permits names its recipients, or a rule above it does."
Severity: #warning
Expression: "category.coding.where(code = '42CFRPart2CD' or (system = 'https://handoff.example.org/fhir/CodeSystem/consent-category' and code != 'intermediary')).exists() implies provision.all(actor.exists() or (type != 'permit' and provision.all(actor.exists() or (type != 'permit' and provision.all(actor.exists() or (type != 'permit' and provision.all(actor.exists() or type != 'permit')))))))"

Invariant: purpose-missing
Description: "Where a law asks for the category, every rule that permits names its purposes, or a rule above it does."
Severity: #warning
Expression: "category.coding.where(code = '42CFRPart2CD' or (system = 'https://handoff.example.org/fhir/CodeSystem/consent-category' and code != 'intermediary')).exists() implies provision.all(purpose.exists() or (type != 'permit' and provision.all(purpose.exists() or (type != 'permit' and provision.all(purpose.exists() or (type != 'permit' and provision.all(purpose.exists() or type != 'permit')))))))"

Invariant: expiry-missing
Description: "A consent under 42 CFR Part 2 ends by a date or an event, unless it is for treatment, payment and operations only."
Severity: #warning
Expression: "category.coding.where(code in ('42CFRPart2CD' | 'cj-2.35' | 'sud-counseling-notes' | 'legal-proceedings')).exists() implies (provision.period.end.exists() or extension('https://handoff.example.org/fhir/StructureDefinition/expiry-event').exists() or (category.coding.where(code = '42CFRPart2CD').exists() and (provision | provision.repeat(provision)).where(type = 'permit').purpose.all(memberOf('https://handoff.example.org/fhir/ValueSet/tpo-purpose'))))"

Invariant: statement-missing
Description: "A form under 42 CFR Part 2 says how to revoke it and, where it is for treatment, payment or operations, what may be redisclosed."
Severity: #warning
Expression: "(category.coding.where(code in ('42CFRPart2CD' | 'cj-2.35' | 'sud-counseling-notes' | 'legal-proceedings')).exists() implies extension('https://handoff.example.org/fhir/StructureDefinition/part2-statement').value.where($this = 'revocation').exists()) and ((category.coding.where(code = '42CFRPart2CD').exists() and (provision | provision.repeat(provision)).where(type = 'permit').purpose.where(memberOf('https://handoff.example.org/fhir/ValueSet/tpo-purpose')).exists()) implies extension('https://handoff.example.org/fhir/StructureDefinition/part2-statement').value.where($this = 'tpo-warning').exists())"

Invariant: cj-condition
Description: "A criminal justice release says that participation is a condition of the disposition (42 CFR 2.35)."
Severity: #warning
Expression: "category.coding.where(code = 'cj-2.35').exists() implies extension('https://handoff.example.org/fhir/StructureDefinition/cj-condition').value.where($this = true).exists()"

Invariant: cj-event-missing
Description: "A criminal justice release names the event that ends it (42 CFR 2.35)."
Severity: #warning
Expression: "category.coding.where(code = 'cj-2.35').exists() implies extension('https://handoff.example.org/fhir/StructureDefinition/expiry-event').extension('event').exists()"

Invariant: intermediary-incomplete
Description: "A consent through an intermediary names it, and who takes part behind it (42 CFR 2.24)."
Severity: #warning
Expression: "category.coding.where(code = 'intermediary').exists() implies (provision.actor.count() > 1 and provision.actor.reference.reference.where(contains('Organization/')).exists())"
