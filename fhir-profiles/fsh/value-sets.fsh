// Our value sets. Each is what the program reads in an element, no more.

ValueSet: EventVS
Id: event
Title: "Events"
Description: "Our events."
* ^experimental = false
* include codes from system https://handoff.example.org/fhir/CodeSystem/event

ValueSet: CarePlanCategoryVS
Id: careplan-category
Title: "Kinds of care plans"
Description: "Support, crisis, release and aftercare plans."
* ^experimental = false
* include codes from system https://handoff.example.org/fhir/CodeSystem/careplan-category

ValueSet: ProgramVS
Id: program
Title: "Programs"
Description: "What an episode of care is an enrolment in."
* ^experimental = false
* include codes from system https://handoff.example.org/fhir/CodeSystem/program

ValueSet: CareTeamRoleVS
Id: care-team-role
Title: "Roles of a care team"
Description: "Events find their recipients by them."
* ^experimental = false
* include codes from system https://handoff.example.org/fhir/CodeSystem/care-team-role

ValueSet: OrganizationKindVS
Id: organization-kind
Title: "Kinds of organizations"
Description: "What the organizations of the exchange are."
* ^experimental = false
* include codes from system https://handoff.example.org/fhir/CodeSystem/organization-kind

ValueSet: InstrumentVS
Id: instrument
Title: "Legal instruments"
Description: "Types of documents that permit, or give authority."
* ^experimental = false
* include codes from system https://handoff.example.org/fhir/CodeSystem/instrument

ValueSet: ContactKindVS
Id: contact-kind
Title: "Kinds of contacts"
Description: "How a program met somebody."
* ^experimental = false
* include codes from system https://handoff.example.org/fhir/CodeSystem/contact-kind

ValueSet: IncidentKindVS
Id: incident-kind
Title: "Kinds of incidents"
Description: "What happened."
* ^experimental = false
* include codes from system https://handoff.example.org/fhir/CodeSystem/incident-kind

ValueSet: IncidentHarmVS
Id: incident-harm
Title: "Harm done by an incident"
Description: "How bad it was."
* ^experimental = false
* include codes from system https://handoff.example.org/fhir/CodeSystem/incident-harm

ValueSet: ConsentIssueVS
Id: consent-issue
Title: "Issues of consents"
Description: "Why a consent is quarantined."
* ^experimental = false
* include codes from system https://handoff.example.org/fhir/CodeSystem/consent-issue

ValueSet: ContactClassVS
Id: contact-class
Title: "Classes of contacts"
Description: "Where a program meets somebody: at its site, elsewhere, at home, by video."
* ^experimental = false
* $act#AMB
* $act#FLD
* $act#HH
* $act#VR

ValueSet: PolicyRuleVS
Id: consent-policy-rule
Title: "Policy rules of consents"
Description: "What holds where no rule says otherwise."
* ^experimental = false
* $act#OPTIN
* $act#OPTINR
* $act#OPTOUT
* $act#OPTOUTE

ValueSet: ConsentCategoryVS
Id: consent-category
Title: "Categories of consents"
Description: "General disclosure, and the categories that a law asks for apart."
* ^experimental = false
* $act#IDSCL
* $act#INFA
* $act#42CFRPart2CD
* include codes from system https://handoff.example.org/fhir/CodeSystem/consent-category

ValueSet: ConsentLabelVS
Id: consent-label
Title: "Labels that a consent names"
Description: "Confidentialities, sensitivities and regimes. Any other label quarantines the consent."
* ^experimental = false
* $confidentiality#U
* $confidentiality#L
* $confidentiality#M
* $confidentiality#N
* $confidentiality#R
* $confidentiality#V
* $act#SPI
* $act#SUD
* $act#ETHUD
* $act#OPIOIDUD
* $act#ETH
* $act#PSY
* $act#PSYTHPN
* $act#MH
* $act#BH
* $act#DVD
* $act#COGN
* $act#EMOTDIS
* $act#HIV
* $act#SDV
* $act#VIO
* $act#SEX
* $act#STD
* $act#GDIS
* $act#SCA
* $act#TBOO
* $act#42CFRPart2
* $sensitivity#JI
* $sensitivity#CORI
* $sensitivity#SUDNOTE
* include codes from system https://handoff.example.org/fhir/CodeSystem/regime

ValueSet: SecurityLabelVS
Id: security-label
Title: "Labels of resources"
Description: "What meta.security says: confidentiality, sensitivities, handling marks, regimes, and the marks of delivery."
* ^experimental = false
* include codes from valueset ConsentLabelVS
* include codes from system https://handoff.example.org/fhir/CodeSystem/sensitivity
* $act#NORDSCLCD
* $act#NOPAT
* $act#PERSISTLABEL
* $act#RedisclosureProhibitionMark

ValueSet: PurposeOfUseVS
Id: purpose-of-use
Title: "Purposes of use"
Description: "The purposes that decisions know. Purposes of other systems are compared as they are."
* ^experimental = false
* $reason#TREAT
* $reason#COC
* $reason#POPHLTH
* $reason#CLINTRL
* $reason#TREATDS
* $reason#ETREAT
* $reason#BTG
* $reason#ERTREAT
* $reason#HPAYMT
* $reason#CLMATTCH
* $reason#COVAUTH
* $reason#COVERAGE
* $reason#REMITADV
* $reason#PMTDS
* $reason#ELIGDTRM
* $reason#ELIGVER
* $reason#ENROLLM
* $reason#MILDCRG
* $reason#HOPERAT
* $reason#CAREMGT
* $reason#DONAT
* $reason#FRAUD
* $reason#GOV
* $reason#HACCRED
* $reason#HCOMPL
* $reason#HDECD
* $reason#HDIRECT
* $reason#HDM
* $reason#HLEGAL
* $reason#HOUTCOMS
* $reason#HPRGRP
* $reason#HQUALIMP
* $reason#HSYSADMIN
* $reason#MEMADMIN
* $reason#MILCDM
* $reason#PATADMIN
* $reason#PATSFTY
* $reason#PERFMSR
* $reason#RECORDMGT
* $reason#SYSDEV
* $reason#TRAIN
* $reason#MLTRAINING
* $reason#HRESCH
* $reason#BIORCH
* $reason#CLINTRCH
* $reason#DSRCH
* $reason#POARCH
* $reason#TRANSRCH
* $reason#PATRQT
* $reason#FAMRQT
* $reason#PWATRNY
* $reason#SUPNWK
* $reason#PUBHLTH
* $reason#DISASTER
* $reason#THREAT
* $reason#HMARKT
* $reason#HTEST
* include codes from system https://handoff.example.org/fhir/CodeSystem/purpose

CodeSystem: Part2PostureCodes
Id: part2-program
Title: "Part 2 program"
Description: "Part 2 program: values of an extension."
* ^experimental = false
* ^caseSensitive = true
* #all "All records"
* #sud-content "What speaks of substance use"
* #none "None"

ValueSet: Part2PostureVS
Id: part2-program
Title: "Part 2 program"
Description: "Part 2 program: values of an extension."
* ^experimental = false
* include codes from system https://handoff.example.org/fhir/CodeSystem/part2-program

CodeSystem: HipaaStatusCodes
Id: hipaa-status
Title: "HIPAA status"
Description: "HIPAA status: values of an extension."
* ^experimental = false
* ^caseSensitive = true
* #covered-entity "Covered entity"
* #business-associate "Business associate"
* #none "Neither"

ValueSet: HipaaStatusVS
Id: hipaa-status
Title: "HIPAA status"
Description: "HIPAA status: values of an extension."
* ^experimental = false
* include codes from system https://handoff.example.org/fhir/CodeSystem/hipaa-status

CodeSystem: Part2StatementCodes
Id: part2-statement
Title: "Statements of 42 CFR 2.31"
Description: "Statements of 42 CFR 2.31: values of an extension."
* ^experimental = false
* ^caseSensitive = true
* #revocation "How to revoke"
* #tpo-warning "What treatment, payment and operations may redisclose"

ValueSet: Part2StatementVS
Id: part2-statement
Title: "Statements of 42 CFR 2.31"
Description: "Statements of 42 CFR 2.31: values of an extension."
* ^experimental = false
* include codes from system https://handoff.example.org/fhir/CodeSystem/part2-statement

ValueSet: SourceRegimeVS
Id: source-regime
Title: "Source regimes"
Description: "The state laws that all records of an organization may be under."
* ^experimental = false
* https://handoff.example.org/fhir/CodeSystem/regime#DMH
* https://handoff.example.org/fhir/CodeSystem/regime#MA-111E

ValueSet: TpoPurposeVS
Id: tpo-purpose
Title: "Treatment, payment, operations"
Description: "What a consent to treatment, payment or health care operations covers: neither breaking the glass nor legal proceedings."
* ^experimental = false
* $reason#TREAT
* $reason#COC
* $reason#POPHLTH
* $reason#CLINTRL
* $reason#TREATDS
* $reason#ETREAT
* $reason#ERTREAT
* $reason#HPAYMT
* $reason#CLMATTCH
* $reason#COVAUTH
* $reason#COVERAGE
* $reason#REMITADV
* $reason#PMTDS
* $reason#ELIGDTRM
* $reason#ELIGVER
* $reason#ENROLLM
* $reason#MILDCRG
* $reason#HOPERAT
* $reason#CAREMGT
* $reason#DONAT
* $reason#FRAUD
* $reason#GOV
* $reason#HACCRED
* $reason#HCOMPL
* $reason#HDECD
* $reason#HDIRECT
* $reason#HDM
* $reason#HOUTCOMS
* $reason#HPRGRP
* $reason#HQUALIMP
* $reason#HSYSADMIN
* $reason#MEMADMIN
* $reason#MILCDM
* $reason#PATADMIN
* $reason#PATSFTY
* $reason#PERFMSR
* $reason#RECORDMGT
* $reason#SYSDEV
* $reason#TRAIN
* $reason#MLTRAINING
