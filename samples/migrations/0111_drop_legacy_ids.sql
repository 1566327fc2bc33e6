ALTER TABLE customers DROP COLUMN legacy_id;

ALTER TABLE customers RENAME COLUMN name TO full_name;
