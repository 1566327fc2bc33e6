-- schema
CREATE TABLE plain (id bigint PRIMARY KEY, name varchar(20) NOT NULL, amount numeric(10,2), at timestamp);
CREATE INDEX plain_name ON plain (name);
INSERT INTO plain SELECT g, 'n' || g, g, '2024-01-01' FROM generate_series(1, 20) g;

-- forms
ALTER TABLE plain ADD COLUMN a int;
ALTER TABLE plain ADD COLUMN a timestamptz DEFAULT clock_timestamp();
-- before: ALTER TABLE plain ADD COLUMN b int
ALTER TABLE plain ADD COLUMN c int CHECK (c > 0);
CREATE INDEX CONCURRENTLY plain_at ON plain (at);
