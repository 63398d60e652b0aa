-- What an operator asks of a span of time, newest first, is found without looking at the rest.
CREATE INDEX ledger_time ON ledger (at_ms);
CREATE INDEX outbox_time ON outbox (occurred_ms);
CREATE INDEX outbox_patient ON outbox (patient, occurred_ms);
CREATE INDEX outbox_recipient ON outbox (recipient, occurred_ms);
