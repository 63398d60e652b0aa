-- What a recipient is told for: consent is decided for this purpose when the row is sent.
ALTER TABLE outbox ADD COLUMN purpose TEXT NOT NULL DEFAULT 'TREAT';
