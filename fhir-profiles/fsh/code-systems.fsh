// Our code systems. Codes are on the wire: add some, never rename or drop one.

CodeSystem: EventCodes
Id: event
Title: "Events"
Description: "What happened, where the Da Vinci notification events have no code for it: the rest of the exchange's events have theirs."
* ^experimental = false
* ^caseSensitive = true
* #missed-contact "Missed contact"
* #custody-change "Custody changed" "Never charges."
* #release-date "Release date set or moved"
* #safety-plan "Safety plan updated"
* #adverse-incident "Adverse incident"
* #consent-change "Consent given, declined or revoked"

CodeSystem: SensitivityCodes
Id: sensitivity
Title: "Sensitivities and handling marks"
Description: "Labels of meta.security beside those of HL7 v3. SAFETYPLAN, INCIDENT and SEALED say how a resource is handled and are never sensitivities."
* ^experimental = false
* ^caseSensitive = true
* #JI "Justice involvement"
  * #CORI "Criminal offender record"
* #SUDNOTE "Substance use disorder counseling note" "42 CFR 2.11: kept apart from the rest of the record."
* #SAFETYPLAN "Safety plan" "A handling mark."
* #INCIDENT "Incident report" "A handling mark."
* #SEALED "Sealed" "A handling mark: nobody is given it."

CodeSystem: RegimeCodes
Id: regime
Title: "Legal regimes"
Description: "Laws of Massachusetts that a resource is under, beside HIPAA and 42 CFR Part 2."
* ^experimental = false
* ^caseSensitive = true
* #MA-HIV "M.G.L. c. 111 section 70F" "HIV testing and its results."
* #MA-111E "M.G.L. c. 111E section 18" "Drug rehabilitation records."
* #DMH "104 CMR 27.17 and 28.09" "Records of the state's mental-health service."

CodeSystem: PurposeCodes
Id: purpose
Title: "Purposes of use"
Description: "Purposes that HL7 v3 ActReason has no code for."
* ^experimental = false
* ^caseSensitive = true
* #JSUPV "Supervision monitoring" "42 CFR 2.35."
* #JPROC "Proceedings" "Civil, criminal, administrative or legislative."
* #AUDIT "Audit and evaluation" "42 CFR 2.53."
* #QSO "Services to the program" "By a qualified service organization, 42 CFR 2.11."

CodeSystem: ConsentCategoryCodes
Id: consent-category
Title: "Categories of consents"
Description: "Consents that a law asks for apart from the general one."
* ^experimental = false
* ^caseSensitive = true
* #cj-2.35 "Criminal justice release" "42 CFR 2.35."
* #sud-counseling-notes "Counseling notes" "42 CFR 2.31(b)."
* #psychotherapy-notes "Psychotherapy notes" "45 CFR 164.508(a)(2)."
* #legal-proceedings "Legal proceedings" "42 CFR 2.31(d)."
* #ma-hiv-release "HIV release" "M.G.L. c. 111 section 70F: one for each release."
* #intermediary "Through an intermediary" "42 CFR 2.24; stands beside 42CFRPart2CD."

CodeSystem: RecipientClassCodes
Id: recipient-class
Title: "Classes of recipients"
Description: "Characteristics of a Group that a consent names in the place of recipients."
* ^experimental = false
* ^caseSensitive = true
* #treating-provider "Treating provider"
* #tpo-recipient "Covered entity or business associate"
* #health-plan "Health plan of the patient"

CodeSystem: InstrumentCodes
Id: instrument
Title: "Legal instruments"
Description: "Types of documents that permit, or give authority to act for somebody."
* ^experimental = false
* ^caseSensitive = true
* #court-order "Court order"
* #subpoena "Subpoena" "Opens nothing alone."
* #qsoa "Qualified service organization agreement"
* #audit-2.53 "Audit agreement"
* #research-2.52 "Research agreement"
* #guardianship "Guardianship" "Authority to act for the patient."
* #health-care-proxy "Health care proxy" "Authority to act for the patient."
* #parental-authority "Parental authority" "Authority to act for the patient."

CodeSystem: NoteTypeCodes
Id: note-type
Title: "Notes kept apart"
Description: "Types of notes that need a consent of their own."
* ^experimental = false
* ^caseSensitive = true
* #sud-counseling-note "Substance use disorder counseling note"
* #psychotherapy-note "Psychotherapy note"

CodeSystem: CarePlanCategoryCodes
Id: careplan-category
Title: "Kinds of care plans"
Description: "Kinds of care plans."
* ^experimental = false
* ^caseSensitive = true
* #support-plan "Support plan"
* #crisis-plan "Crisis plan" "Safety or crisis prevention plan."
* #release-plan "Release plan" "For the day of release."
* #aftercare-plan "Aftercare plan"

CodeSystem: ProgramCodes
Id: program
Title: "Programs"
Description: "What an episode of care is an enrolment in."
* ^experimental = false
* ^caseSensitive = true
* #BH-JI "Behavioral health supports for justice-involved people"
* #CSP-JI "Community support program for justice involvement"
* #OTP "Opioid treatment program"

CodeSystem: ObservationCodes
Id: observation
Title: "Observations"
Description: "What LOINC has no code for, or what must be told apart for its label."
* ^experimental = false
* ^caseSensitive = true
* #incarceration-status "Incarceration status"
* #criminal-history "Criminal history"
* #program-enrollment-status "Program enrolment status"

CodeSystem: ConsentIssueCodes
Id: consent-issue
Title: "Issues of consents"
Description: "Why a consent is quarantined: stored, its denials heeded, its permissions not."
* ^experimental = false
* ^caseSensitive = true
* #discloser-missing "No organization discloses"
* #signature-missing "Not signed" "No date or nobody who gave it."
* #source-missing "No source" "The signed form is not named."
* #grantor-unverified "Grantor not verified" "Given by another than the patient, without a document of authority."
* #root-type-contradiction "Type and policy rule contradict each other"
* #root-type-missing "Neither type nor policy rule"
* #nested-type-missing "A nested rule has no type"
* #nesting-too-deep "Rules nest too deep" "More than three below the root."
* #actor-role "An actor is no recipient"
* #actor-unresolvable "An actor is not known"
* #purpose-unknown "A purpose is not known"
* #label-unknown "A label is not known"
* #notes-mixed "Notes beside another category"
* #proceedings-mixed "Proceedings beside another category"
* #recipient-missing "A permission names no recipient"
* #purpose-missing "A permission names no purpose"
* #expiry-missing "No end and no event that ends it"
* #statement-missing "A statement of 42 CFR 2.31 is missing"
* #cj-condition "Condition of a disposition" "Participation is no condition of a disposition (42 CFR 2.35)."
* #cj-event-missing "No event ends a criminal justice release"
* #intermediary-incomplete "An intermediary without its participants"

CodeSystem: CareTeamRoleCodes
Id: care-team-role
Title: "Roles of a care team"
Description: "Events find their recipients by them."
* ^experimental = false
* ^caseSensitive = true
* #pcp "Primary care provider"
* #outpatient "Outpatient behavioral health provider"
* #mobileCrisis "Mobile crisis team"
* #plan "Health plan"
* #family "Family"
* #navigator "Navigator"
* #vendor "Program vendor"

CodeSystem: OrganizationKindCodes
Id: organization-kind
Title: "Kinds of organizations"
Description: "Kinds of organizations."
* ^experimental = false
* ^caseSensitive = true
* #bhji_vendor "Behavioral health supports for justice-involved people"
* #cspji_provider "Community support program for justice involvement"
* #managed_care_plan "Managed care plan"
* #pcp "Primary care provider"
* #mobile_crisis "Adult mobile crisis intervention"
* #outpatient_bh "Outpatient behavioral health"
* #hospital "Hospital"
* #state_agency "State agency"
* #bhcp "Behavioral health community partner"
* #shelter "Shelter"
* #probation "Probation"
* #parole "Parole"
* #corrections "Corrections"

CodeSystem: HousingStatusCodes
Id: housing-status
Title: "Housing status"
Description: "At entry into a program and at exit."
* ^experimental = false
* ^caseSensitive = true
* #own_or_rent "Own or rented home"
* #doubled_up "Doubled up with others"
* #shelter "Shelter"
* #unsheltered "Unsheltered"
* #transitional "Transitional housing"
* #residential_program "Residential program"
* #incarcerated "Incarcerated"

CodeSystem: EmploymentStatusCodes
Id: employment-status
Title: "Employment status"
Description: "At entry into a program and at exit."
* ^experimental = false
* ^caseSensitive = true
* #full_time "Employed full time"
* #part_time "Employed part time"
* #unemployed_looking "Unemployed, looking for work"
* #unemployed_not_looking "Unemployed, not looking for work"
* #disabled "Unable to work"

CodeSystem: NursingLicenseCodes
Id: nursing-license
Title: "Nursing licenses"
Description: "Nursing licenses."
* ^experimental = false
* ^caseSensitive = true
* #RN "Registered Nurse"
* #LPN "Licensed Practical Nurse"

CodeSystem: ContactKindCodes
Id: contact-kind
Title: "Kinds of contacts"
Description: "How a program met somebody. Contacts by telephone and with others are Communications."
* ^experimental = false
* ^caseSensitive = true
* #face_to_face "Face to face"
* #telehealth "Telehealth"
* #in_reach "In-reach" "Before release, within a jail or prison."
* #attempted "Attempted"

CodeSystem: IncidentKindCodes
Id: incident-kind
Title: "Kinds of incidents"
Description: "Kinds of incidents."
* ^experimental = false
* ^caseSensitive = true
* #overdose_nonfatal "Overdose, not fatal"
* #overdose_fatal "Overdose, fatal"
* #suicide_attempt "Suicide attempt"
* #assault "Assault"
* #serious_injury "Serious injury"
* #missing_person "Missing person"
* #medication_error "Medication error"

CodeSystem: IncidentHarmCodes
Id: incident-harm
Title: "Harm done by an incident"
Description: "Harm done by an incident."
* ^experimental = false
* ^caseSensitive = true
* #none "None"
* #minor "Minor"
* #serious "Serious"
* #death "Death"
