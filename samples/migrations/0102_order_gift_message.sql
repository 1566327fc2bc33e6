-- Both are instant: no row is touched (since PostgreSQL 11 a constant default is kept in the catalog).
SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN gift_message text;
ALTER TABLE orders ADD COLUMN gift_wrap boolean NOT NULL DEFAULT false;
RESET lock_timeout;
