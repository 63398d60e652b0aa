-- What searches need beside the first schema's tables: a type's resources in the order of their versions, and the rows of
-- one resource in the tables whose own order is by value.
CREATE INDEX resource_newest ON resource (type, pk, updated_ms, patient, shape) WHERE deleted = 0;
CREATE INDEX string_of_resource ON string (npk, param, value, vis);
CREATE INDEX date_of_resource ON date (npk, param, first_ms, last_ms, vis);
CREATE INDEX number_of_resource ON number (npk, param, unit, value, vis);
