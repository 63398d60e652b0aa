// Statements that find contradictions between a store's tables, and the list of index tables for the
// comparison.
#pragma once

#include <string_view>

namespace handoff::sqlite {

// Each row that is found is a fault: the number of the type or -1, then the id or another name of the place.
struct ConsistencyCheck {
  std::string_view kind, sql, what;
};

inline constexpr ConsistencyCheck version_checks[] = {
    {"version",
     "SELECT type, id FROM resource r WHERE version <> 1 + (SELECT count(*) FROM history h WHERE h.type = "
     "r.type AND h.id = r.id)",
     "its older versions are not all there"},
    {"version",
     "SELECT h.type, h.id || '/_history/' || h.version FROM history h JOIN resource r ON r.type = h.type AND "
     "r.id = h.id "
     "WHERE h.version >= r.version OR h.pk >= r.pk",
     "an older version is newer than the current one"},
    {"version",
     "SELECT DISTINCT h.type, h.id FROM history h LEFT JOIN resource r ON r.type = h.type AND r.id = h.id "
     "WHERE r.pk IS NULL",
     "has older versions and no current one"},
    {"version", "SELECT type, id FROM resource WHERE (deleted <> 0) <> (length(body) = 0)",
     "is deleted but has content, or is not deleted but has none"},
    {"version",
     "SELECT type, id FROM resource r WHERE patient <> 0 AND NOT EXISTS (SELECT 1 FROM patient p WHERE "
     "p.number = r.patient)",
     "belongs to a patient whose number is unknown"},
    {"identity",
     "SELECT DISTINCT -1, 'Patient/' || i.patient FROM identity i WHERE NOT EXISTS "
     "(SELECT 1 FROM patient p WHERE p.id = i.patient)",
     "is recognized by numbers and names, but is not stored"},
    {"grant",
     "SELECT -1, 'patient number ' || g.patient FROM patient_grant g WHERE NOT EXISTS (SELECT 1 FROM patient "
     "p WHERE p.number = "
     "g.patient) OR NOT EXISTS (SELECT 1 FROM scope s WHERE s.id = g.scope) OR NOT EXISTS "
     "(SELECT 1 FROM decision_class c WHERE c.id = g.class)",
     "a grant names a patient, scope or class that is not there"},
    {"grant",
     "SELECT -1, 'version ' || version FROM consent_change WHERE version > (SELECT version FROM "
     "consent_version)",
     "a change of grants is newer than the version that counts them"},
};

inline constexpr ConsistencyCheck outbox_checks[] = {
    {"outbox",
     "SELECT -1, 'delivery ' || id FROM outbox WHERE status NOT IN ('queued', 'delivered', 'withheld', "
     "'failed')",
     "has no known status"},
    {"outbox",
     "SELECT DISTINCT -1, 'delivery ' || a.outbox FROM delivery_attempt a LEFT JOIN outbox o ON o.id = "
     "a.outbox WHERE o.id IS NULL",
     "has attempts, but does not exist"},
    {"outbox",
     "SELECT DISTINCT -1, 'delivery ' || o.id FROM outbox o JOIN delivery_attempt a ON a.outbox = o.id WHERE "
     "a.number > o.attempts",
     "has more attempts than it counts"},
    {"outbox", "SELECT -1, 'delivery ' || id FROM outbox WHERE status <> 'queued' AND attempts = 0",
     "has ended without an attempt"},
};

// Rows in the order of their key, with every column. npk gives the version of a row.
struct IndexTable {
  std::string_view name, columns;
  int npk;  // its place among the columns
};

inline constexpr IndexTable index_tables[] = {
    {"token", "param, hash, npk, vis", 2},
    {"token_by_patient", "patient, param, hash, npk, shape", 3},
    {"reference", "param, hash, npk, vis", 2},
    {"uri", "param, hash, npk, vis", 2},
    {"string", "param, value, npk, vis", 2},
    {"date", "param, first_ms, npk, last_ms, vis", 2},
    {"number", "param, unit, value, npk, vis", 3},
    {"compartment", "patient, type, npk, shape", 2},
};

}  // namespace handoff::sqlite
