-- Every payment gets a key of its own, the old ones too.
ALTER TABLE payments ADD COLUMN idempotency_key uuid DEFAULT gen_random_uuid();
