// Our extensions. What the program writes and reads of them stands in src/consent and src/routing.

Extension: Part2Program
Id: part2-program
Title: "Part 2 program"
Description: "Is the organization a program under 42 CFR Part 2: all that it holds (all), what speaks of substance use (sud-content), or nothing (none)? One that does not say counts as all. Holds for the organizations below it."
* ^context.type = #element
* ^context.expression = "Organization"
* value[x] 1..1
* value[x] only code
* valueCode from Part2PostureVS (required)

Extension: SourceRegime
Id: source-regime
Title: "Source regime"
Description: "The state law that all records of the organization are under."
* ^context.type = #element
* ^context.expression = "Organization"
* value[x] 1..1
* value[x] only code
* valueCode from SourceRegimeVS (required)

Extension: HipaaStatus
Id: hipaa-status
Title: "HIPAA status"
Description: "Covered entity, business associate, or neither."
* ^context.type = #element
* ^context.expression = "Organization"
* value[x] 1..1
* value[x] only code
* valueCode from HipaaStatusVS (required)

Extension: Part2Statement
Id: part2-statement
Title: "Statement on the form"
Description: "A statement of 42 CFR 2.31 that the signed form carries."
* ^context.type = #element
* ^context.expression = "Consent"
* value[x] 1..1
* value[x] only code
* valueCode from Part2StatementVS (required)

Extension: CjCondition
Id: cj-condition
Title: "Participation is a condition"
Description: "True where participation in the program is a condition of the disposition of a proceeding, of parole or of release (42 CFR 2.35)."
* ^context.type = #element
* ^context.expression = "Consent"
* value[x] 1..1
* value[x] only boolean

Extension: ExpiryEvent
Id: expiry-event
Title: "Event that ends the consent"
Description: "What ends the consent in the place of a date, and when it happened."
* ^context.type = #element
* ^context.expression = "Consent"
* extension contains event 1..1 and occurred 0..1
* extension[event].value[x] 1..1
* extension[event].value[x] only string
* extension[occurred].value[x] 1..1
* extension[occurred].value[x] only dateTime

Extension: RevocationRequested
Id: revocation-requested
Title: "Revocation requested"
Description: "When the patient asked to revoke a consent that cannot be revoked before its event (42 CFR 2.35)."
* ^context.type = #element
* ^context.expression = "Consent"
* value[x] 1..1
* value[x] only dateTime

Extension: Controller
Id: controller
Title: "Controller"
Description: "A discloser of the consent, read as Consent.organization."
* ^context.type = #element
* ^context.expression = "Consent"
* value[x] 1..1
* value[x] only Reference(Organization)

Extension: InstrumentRecipient
Id: instrument-recipient
Title: "Recipient of an instrument"
Description: "To whom a court order, an agreement or a document of authority gives access."
* ^context.type = #element
* ^context.expression = "DocumentReference"
* value[x] 1..1
* value[x] only Reference

Extension: CoordinationDeclined
Id: coordination-declined
Title: "Coordination declined"
Description: "The person does not want the aftercare plan to go to anybody."
* ^context.type = #element
* ^context.expression = "Composition"
* value[x] 1..1
* value[x] only boolean

Extension: Discloser
Id: discloser
Title: "Discloser"
Description: "The organization that gave this element of a Patient. It is released only by who may release that organization's."
* ^context.type = #element
* ^context.expression = "Element"
* value[x] 1..1
* value[x] only Reference(Organization)

Extension: RedisclosureNotice
Id: redisclosure-notice
Title: "Redisclosure notice"
Description: "The notice of 42 CFR 2.32 that goes along with what a Part 2 consent released."
* ^context.type = #element
* ^context.expression = "Meta"
* value[x] 1..1
* value[x] only string

Extension: DisclosureScope
Id: disclosure-scope
Title: "Scope of the disclosure"
Description: "In words: by which consent this was released, to whom, for what, what kinds of data, until when."
* ^context.type = #element
* ^context.expression = "Meta"
* value[x] 1..1
* value[x] only string

Extension: MappingVersion
Id: mapping
Title: "Mapping"
Description: "The mapping, with its version, that made the targets from a record."
* ^context.type = #element
* ^context.expression = "Provenance"
* value[x] 1..1
* value[x] only string
