-- The oldest queued row of a lane, found without looking at every queued row: while a partner is away there are many.
CREATE INDEX outbox_lane ON outbox (patient, recipient, id) WHERE status = 'queued';
