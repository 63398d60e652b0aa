// Every limit on what comes from outside, with its reason. A limit reached is an error that names the field.
#pragma once

#include <chrono>
#include <cstddef>

namespace handoff::limits {

// JSON. The deepest R4 example nests 12 levels; Questionnaire items may nest freely.
inline constexpr std::size_t json_depth_max = 64;
inline constexpr std::size_t json_bytes_max = 64u << 20;

// FHIRPath: an expression is written by people; a walk over a Bundle of 5,000 entries takes about a million steps.
inline constexpr std::size_t fhirpath_expression_bytes_max = 16u << 10;
inline constexpr std::size_t fhirpath_depth_max = 64;
inline constexpr std::size_t fhirpath_steps_max = 10'000'000;
// Of a package's search parameter on one resource: every write takes them, and a start with a new package every resource.
inline constexpr std::size_t added_index_steps_max = 100'000;
inline constexpr std::size_t fhirpath_text_bytes_max = 4u << 20;  // that an expression makes; a narrative is far shorter

// FHIR packages. US Core has 500 files, 1.7 MB packed and 40 MB unpacked; the largest published ones hold some thousand files.
inline constexpr std::size_t package_bytes_max = 64u << 20;
inline constexpr std::size_t package_unpacked_bytes_max = 512u << 20;
inline constexpr std::size_t package_files_max = 20'000;
inline constexpr std::size_t package_name_bytes_max = 256;
inline constexpr std::size_t packages_max = 64;
// Beside R4's 1,375; US Core adds 7. Their numbers have 15 bits.
inline constexpr std::size_t package_search_parameters_max = 4'096;
inline constexpr std::size_t search_code_bytes_max = 64;  // R4's longest has 33

// HTTP. A transaction of 5,000 small resources is about 10 MB.
inline constexpr std::size_t http_header_bytes_max = 16u << 10;
inline constexpr std::size_t http_body_bytes_max = 16u << 20;
// Few requests have more than twenty fields. Nobody needs chunk extensions or trailers: they are read, and dropped.
inline constexpr std::size_t http_fields_max = 100;
inline constexpr std::size_t http_chunk_extension_bytes_max = 4u << 10;  // of a whole body
inline constexpr std::size_t http_trailer_bytes_max = 8u << 10;
inline constexpr std::size_t http_open_body_bytes_max = 32u << 10;  // where no token is needed: an assertion has a few KB
// As gzip. A shorter answer fits into one packet as it is.
inline constexpr std::size_t coded_body_bytes_min = 1u << 10;
inline constexpr std::size_t coded_padding_bytes_max = 127;  // of random length, a tenth of what a short answer has
inline constexpr std::size_t client_unpacked_bytes_max = 64u << 20;  // of one client, under way: as much as an address may hold packed
// Of one address, so that no single one takes all there is: half of all connections and more, four of the longest bodies.
inline constexpr std::size_t address_connections_max = 2'500;
inline constexpr std::size_t address_greetings_max = 500;  // of these, without a TLS handshake: one costs its sender nothing
inline constexpr std::size_t address_body_bytes_max = 64u << 20;               // not answered yet
inline constexpr std::size_t address_body_bytes_without_token_max = 1u << 20;  // of these
// A connection takes a descriptor and, measured, 75 KB while it is idle: 4,000 of them 300 MB.
inline constexpr std::size_t http_connections_max = 4'000;
inline constexpr std::size_t descriptors_kept_back = 256;  // of those a process may have: for the store, partners, the log
inline constexpr std::chrono::milliseconds http_header_timeout{10'000};
inline constexpr std::chrono::milliseconds http_body_timeout{60'000};
inline constexpr std::chrono::milliseconds http_idle_timeout{60'000};
// A transaction of 5,000 entries takes about two seconds. What is not done then is not done at all, and says so.
inline constexpr std::chrono::milliseconds http_request_timeout{30'000};
inline constexpr std::chrono::milliseconds http_answer_grace{5'000};  // beyond it, for what cannot look at the time: a commit
// After a refusal what still comes is read and dropped for so long, so that the answer arrives before the connection goes.
inline constexpr std::chrono::milliseconds http_linger_timeout{2'000};
inline constexpr std::size_t http_linger_bytes_max = 4u << 20;
inline constexpr std::chrono::milliseconds tls_handshake_timeout{10'000};
inline constexpr std::chrono::milliseconds tls_shutdown_timeout{2'000};

// Who signs in. An assertion is remembered longer than it is good, so that a clock that ran ahead for a while forgets none.
inline constexpr std::chrono::hours used_assertion_kept{24};
inline constexpr std::size_t scope_bytes_max = 8u << 10;  // of those asked for; R4 has 148 types
inline constexpr std::size_t assertion_bytes_max = 16u << 10;  // an RS384 one has a KB
// Ten wrong signatures within a minute are no mistake any more.
inline constexpr std::size_t failed_attempts_max = 10;
inline constexpr std::chrono::minutes failed_attempts_window{1};
inline constexpr std::size_t failed_attempts_pairs_max = 10'000;  // of clients and addresses that are remembered
// A tenth of all: a script that takes a new one for each call stays below, and no client takes the room of the others.
inline constexpr std::size_t client_tokens_max = 10'000;
inline constexpr std::chrono::hours certificate_warning{14 * 24};  // the log says that the gateway's own ends so soon

// Feeds: one file is read whole, so that contradictions between its records are seen before any is taken in.
inline constexpr std::size_t feed_bytes_max = 512u << 20;
inline constexpr std::size_t feed_record_bytes_max = 1u << 20;
inline constexpr std::size_t feed_broken_rows_max = 1'000;  // each may have been looked through to its limit

// Store. A group longer than this makes everybody in it wait longer than it saves (measured: 512 is where the curve bends).
inline constexpr std::size_t commit_group_resources_max = 512;
inline constexpr std::size_t wal_bytes_before_checkpoint = 64u << 20;
// The ledger's journal is folded into the ledger before a segment is full (half of it holds about 3,000 entries, which the writer
// takes in 10 ms), and when nobody reads, soon.
inline constexpr std::size_t ledger_segment_bytes = 2u << 20;
inline constexpr std::chrono::milliseconds ledger_fold_after{500};
inline constexpr std::size_t ledger_segments_max = 8;  // not folded: where the store cannot be written, what waits must end too

// The index, brought to other search parameters at the start: as much as one transaction takes, and how often the log tells.
inline constexpr std::size_t index_bytes_at_once = 16u << 20;
inline constexpr std::size_t index_rows_forgotten_at_once = 20'000;
inline constexpr std::chrono::seconds index_progress_told{10};

// Delivery: retries double from one second to an hour, for three days; then a person must look.
inline constexpr std::chrono::seconds delivery_retry_first{1};
inline constexpr std::chrono::seconds delivery_retry_longest{3600};
inline constexpr int delivery_attempts_max = 83;
inline constexpr std::chrono::milliseconds delivery_connect_timeout{5'000};
inline constexpr std::chrono::milliseconds delivery_timeout{30'000};
inline constexpr std::size_t notified_resources_max = 1'000;          // named in one notification; the rest is found by _lastUpdated
inline constexpr std::size_t delivery_recipients_at_once = 8;         // seven partners may hang before the others wait for them
inline constexpr std::size_t delivery_rows_at_once = 16;              // of one recipient, before others that waited have their turn
inline constexpr std::size_t passed_dates_at_once = 100;               // patients, in one group commit
inline constexpr std::chrono::milliseconds passed_dates_look{1'000};
inline constexpr std::chrono::milliseconds client_stop_grace{5'000};  // whoever ends us waits twenty seconds in all

// Searches. What people and programs write by hand or by pages stays far below; beyond, one request costs others too much.
inline constexpr std::size_t search_parameters_max = 32;
inline constexpr std::size_t search_values_max = 64;  // of one parameter, between commas
inline constexpr std::size_t search_value_bytes_max = 4u << 10;
inline constexpr std::size_t search_includes_max = 16;
inline constexpr std::size_t search_count_default = 20;
inline constexpr std::size_t search_count_max = 100;
inline constexpr std::size_t search_included_max = 1'000;  // resources beside the matches of one page
// For a requester of so few patients a search begins with them (measured: 0.2 ms at most, whatever else is stored).
inline constexpr std::size_t few_patients_max = 256;

// Terminology. SNOMED CT has 500,000 concepts, RxNorm with its synonyms about a million.
inline constexpr std::size_t code_table_bytes_max = 512u << 20;
inline constexpr std::size_t code_system_concepts_max = 2'000'000;
inline constexpr std::size_t value_set_depth_max = 16;          // value sets that are made of others
inline constexpr std::size_t value_set_parts_max = 1'000;       // includes, their filters and value sets; R4's longest have 21
inline constexpr std::size_t expansion_codes_max = 10'000;      // of one answer; ask in pages
inline constexpr std::size_t expansion_steps_max = 10'000'000;  // codes looked at: RxNorm whole, by some filters

// Reviews. What a person writes is short; a page of them is read by one.
inline constexpr std::size_t review_body_bytes_max = 64u << 10;
inline constexpr std::size_t review_fields_max = 64;  // put right at once; the longest contract has 24
inline constexpr std::size_t review_text_bytes_max = 2'000;  // a reason, a value
inline constexpr std::size_t reviews_on_page_max = 500;

// The lists of the ledger and of the deliveries. What few entries fit is looked for among so many, and the next page goes on: a page
// takes half a second at most, on a worker that others wait for.
inline constexpr std::size_t audit_page_default = 50;
inline constexpr std::size_t audit_page_max = 500;
inline constexpr std::size_t ledger_entries_looked_at = 100'000;

// Transactions, batches. As long as a request may be, an answer to one is; a batch under way holds its own until that is sent.
inline constexpr std::size_t bundle_entries_max = 5'000;
inline constexpr std::size_t batch_answer_bytes_max = 16u << 20;
inline constexpr std::size_t client_batches_max = 16;
inline constexpr std::size_t batches_max = 48;

}  // namespace handoff::limits
