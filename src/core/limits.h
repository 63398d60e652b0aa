// Every limit on input from outside, with its reason. If input passes a limit, an error names the field.
#pragma once

#include <chrono>
#include <cstddef>

namespace handoff::limits {

// JSON. The deepest R4 example nests 12 levels; Questionnaire items may nest freely.
inline constexpr std::size_t json_depth_max = 64;
inline constexpr std::size_t json_bytes_max = 64u << 20;

// FHIRPath: people write expressions; a walk over a Bundle of 5,000 entries takes about a million steps.
inline constexpr std::size_t fhirpath_expression_bytes_max = 16u << 10;
inline constexpr std::size_t fhirpath_depth_max = 64;
inline constexpr std::size_t fhirpath_steps_max = 10'000'000;
// For a package's search parameter on one resource. Every write spends these steps; a start with a new
// package spends them on every resource.
inline constexpr std::size_t added_index_steps_max = 100'000;
// that an expression makes; a narrative is far shorter
inline constexpr std::size_t fhirpath_text_bytes_max = 4u << 20;

// FHIR packages. US Core has 500 files, 1.7 MB packed and 40 MB unpacked. The largest published packages have
// some thousand files.
inline constexpr std::size_t package_bytes_max = 64u << 20;
inline constexpr std::size_t package_unpacked_bytes_max = 512u << 20;
inline constexpr std::size_t package_files_max = 20'000;
inline constexpr std::size_t package_name_bytes_max = 256;
inline constexpr std::size_t packages_max = 64;
// In addition to R4's 1,375. US Core adds 7. Their numbers have 15 bits.
inline constexpr std::size_t package_search_parameters_max = 4'096;
inline constexpr std::size_t search_code_bytes_max = 64;  // R4's longest has 33

// HTTP. A transaction of 5,000 small resources is about 10 MB.
inline constexpr std::size_t http_header_bytes_max = 16u << 10;
inline constexpr std::size_t http_body_bytes_max = 16u << 20;
// Few requests have more than twenty fields. Nobody needs chunk extensions or trailers: they are read and
// dropped.
inline constexpr std::size_t http_fields_max = 100;
inline constexpr std::size_t http_chunk_extension_bytes_max = 4u << 10;  // of a whole body
inline constexpr std::size_t http_trailer_bytes_max = 8u << 10;
// if no token is needed: an assertion has a few KB
inline constexpr std::size_t http_open_body_bytes_max = 32u << 10;
// Answers from this size on are sent as gzip. A shorter answer fits into one packet anyway.
// Indentation may make a deep resource fifty times as long. Longer answers come as they are.
inline constexpr std::size_t indented_bytes_max = 1u << 20;
inline constexpr std::size_t coded_body_bytes_min = 1u << 10;
// padding of random length, up to a tenth of a short answer
inline constexpr std::size_t coded_padding_bytes_max = 127;
// for one client's requests in progress: as much as an address may hold packed
inline constexpr std::size_t client_unpacked_bytes_max = 64u << 20;
// A long answer is made and sent in pieces of about this size. A piece of each is in memory until it is sent,
// so there may be few of them at once, and each ends in time.
inline constexpr std::size_t disclosed_piece_bytes = 1u << 20;
inline constexpr std::size_t streamed_answers_max = 32;
inline constexpr std::size_t client_streamed_answers_max = 8;
inline constexpr std::chrono::seconds streamed_answer_time{120};
// For one address, so that no single address takes everything: over half of all connections, and four of the
// longest bodies.
inline constexpr std::size_t address_connections_max = 2'500;
// of these, without a TLS handshake, because a connection without one costs its sender nothing
inline constexpr std::size_t address_greetings_max = 500;
inline constexpr std::size_t address_body_bytes_max = 64u << 20;               // not answered yet
inline constexpr std::size_t address_body_bytes_without_token_max = 1u << 20;  // of these
// An idle connection takes a descriptor and 75 KB (measured): 4,000 of them take 300 MB.
inline constexpr std::size_t http_connections_max = 4'000;
// of the process's descriptors: for the store, partners, the log
inline constexpr std::size_t descriptors_kept_back = 256;
inline constexpr std::chrono::milliseconds http_header_timeout{10'000};
inline constexpr std::chrono::milliseconds http_body_timeout{60'000};
inline constexpr std::chrono::milliseconds http_idle_timeout{60'000};
// A transaction of 5,000 entries takes about two seconds. A request that is not finished by then changes
// nothing, and the answer says so.
inline constexpr std::chrono::milliseconds http_request_timeout{30'000};
// extra time for work that cannot check the time: a commit
inline constexpr std::chrono::milliseconds http_answer_grace{5'000};
// After a refusal, the rest of the request is read and dropped for this long, so that the answer arrives
// before the connection closes.
inline constexpr std::chrono::milliseconds http_linger_timeout{2'000};
inline constexpr std::size_t http_linger_bytes_max = 4u << 20;
inline constexpr std::chrono::milliseconds tls_handshake_timeout{10'000};
inline constexpr std::chrono::milliseconds tls_shutdown_timeout{2'000};

// Sign-in. An assertion is remembered longer than it is valid, so that none is forgotten if the clock ran
// ahead for a while.
inline constexpr std::chrono::hours used_assertion_kept{24};
// scopes that a client asks for; R4 has 148 types
inline constexpr std::size_t scope_bytes_max = 8u << 10;
inline constexpr std::size_t assertion_bytes_max = 16u << 10;  // an RS384 assertion has a KB
// Ten wrong signatures within a minute are no mistake any more.
inline constexpr std::size_t failed_attempts_max = 10;
inline constexpr std::chrono::minutes failed_attempts_window{1};
inline constexpr std::size_t failed_attempts_pairs_max = 10'000;  // remembered pairs of client and address
// A tenth of all tokens. A script that takes a new token for each call stays below, and no client takes the
// room of the others.
inline constexpr std::size_t client_tokens_max = 10'000;
// from then on the log says that the gateway's own certificate ends soon
inline constexpr std::chrono::hours certificate_warning{14 * 24};

// Feeds: a file is read whole, so that contradictions between its records are found before any record is
// taken in.
inline constexpr std::size_t feed_bytes_max = 512u << 20;
inline constexpr std::size_t feed_record_bytes_max = 1u << 20;
inline constexpr std::size_t feed_broken_rows_max = 1'000;  // each may have been scanned up to its limit

// Store. A longer group makes everybody in it wait longer than it saves (measured: the curve bends at 512).
inline constexpr std::size_t commit_group_resources_max = 512;
inline constexpr std::size_t wal_bytes_before_checkpoint = 64u << 20;
// The ledger's journal is folded into the ledger before a segment is full, and soon if nobody reads. Half a
// segment holds about 3,000 entries, which the writer takes in 10 ms.
inline constexpr std::size_t ledger_segment_bytes = 2u << 20;
inline constexpr std::chrono::milliseconds ledger_fold_after{500};
// unfolded segments: if the store cannot be written, the waiting entries need a limit too
inline constexpr std::size_t ledger_segments_max = 8;

// The index, when it changes to other search parameters at the start: how much one transaction takes, and how
// often the log reports.
inline constexpr std::size_t index_bytes_at_once = 16u << 20;
inline constexpr std::size_t index_rows_forgotten_at_once = 20'000;
inline constexpr std::chrono::seconds index_progress_interval{10};

// Delivery: retries double from one second to an hour, for three days; then a person must look.
inline constexpr std::chrono::seconds delivery_retry_first{1};
inline constexpr std::chrono::seconds delivery_retry_longest{3600};
inline constexpr int delivery_attempts_max = 83;
inline constexpr std::chrono::milliseconds delivery_connect_timeout{5'000};
inline constexpr std::chrono::milliseconds delivery_timeout{30'000};
// named in one notification; the rest is found by _lastUpdated
inline constexpr std::size_t notified_resources_max = 1'000;
// seven partners may hang before the others wait for them
inline constexpr std::size_t delivery_recipients_at_once = 8;
// of one recipient, before others that waited have their turn
inline constexpr std::size_t delivery_rows_at_once = 16;
inline constexpr std::size_t passed_dates_at_once = 100;  // patients, in one group commit
inline constexpr std::chrono::milliseconds passed_dates_look{1'000};
// because the process that stops the gateway waits thirty seconds in all (handoff.service)
inline constexpr std::chrono::milliseconds client_stop_grace{5'000};

// Patches. People change a few elements. Each operation copies the lists and objects on its path.
inline constexpr std::size_t patch_operations_max = 1'000;
inline constexpr std::size_t patch_values_max = 1'000'000;  // copied by one patch, 16 bytes each

// Searches. What people write by hand, and what programs ask for in pages, stays far below. Beyond these
// limits, one request costs other clients too much.
inline constexpr std::size_t search_parameters_max = 32;
// of one parameter, between commas
inline constexpr std::size_t search_values_max = 1'000;  // tokens, references, URIs
// of all parameters: an id may stand for sixteen types, and each for two texts
inline constexpr std::size_t search_keys_max = 10'000;
inline constexpr std::size_t search_ranges_max = 64;  // texts, dates, numbers
inline constexpr std::size_t search_value_bytes_max = 4u << 10;
inline constexpr std::size_t search_includes_max = 16;
inline constexpr std::size_t search_count_default = 20;
inline constexpr std::size_t search_count_max = 100;
inline constexpr std::size_t search_included_max = 1'000;  // resources beside the matches of one page
// If a requester sees at most this many patients, a search begins with them (measured: 0.2 ms at most,
// whatever else is stored).
inline constexpr std::size_t few_patients_max = 256;

// Terminology. SNOMED CT has 500,000 concepts, RxNorm with its synonyms about a million.
inline constexpr std::size_t code_table_bytes_max = 512u << 20;
inline constexpr std::size_t code_system_concepts_max = 2'000'000;
inline constexpr std::size_t value_set_depth_max = 16;  // value sets that include others
// includes, their filters and value sets; R4's longest have 21
inline constexpr std::size_t value_set_parts_max = 1'000;
inline constexpr std::size_t asked_codings_max = 100;       // in the codeableConcept of one question
inline constexpr std::size_t expansion_codes_max = 10'000;  // of one answer; ask in pages
// codes examined: enough for all of RxNorm with some filters
inline constexpr std::size_t expansion_steps_max = 10'000'000;

// Reviews. A person writes short texts, and one person reads a page of them.
inline constexpr std::size_t review_body_bytes_max = 64u << 10;
inline constexpr std::size_t review_fields_max = 64;         // corrected at once; the longest contract has 24
inline constexpr std::size_t review_text_bytes_max = 2'000;  // a reason, a value
inline constexpr std::size_t reviews_on_page_max = 500;

// The lists of the ledger and of the deliveries. If few entries fit, a page examines this many entries and
// the next page goes on. A page takes half a second at most, on a worker that others wait for.
inline constexpr std::size_t audit_page_default = 50;
inline constexpr std::size_t audit_page_max = 500;
inline constexpr std::size_t ledger_entries_looked_at = 100'000;

// Transactions, batches. An answer may be as long as a request. A batch in progress holds its answer until it
// is sent.
inline constexpr std::size_t bundle_entries_max = 5'000;
inline constexpr std::size_t batch_answer_bytes_max = 16u << 20;
inline constexpr std::size_t client_batches_max = 16;
inline constexpr std::size_t batches_max = 48;

}  // namespace handoff::limits
