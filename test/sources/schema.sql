CREATE SCHEMA sales;
CREATE SCHEMA "Odd Schema";
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy');
CREATE TYPE sales.pair AS (a int, b text);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN sales.label AS varchar(20) NOT NULL DEFAULT 'none';
CREATE TYPE floatrange AS RANGE (subtype = float8);
CREATE FUNCTION plain(a int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION plain(a text) RETURNS text STABLE LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION sales.noisy() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';

CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email varchar(320) NOT NULL,
  name text COLLATE "C",
  state mood DEFAULT 'happy',
  states mood[],
  score positive,
  tag sales.label,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  total numeric(10,2),
  any_total numeric,
  flags bit(4),
  letter char(3),
  one char,
  internal "char",
  span interval day to second(3),
  at_time time(0) without time zone,
  matrix integer[][],
  doubled numeric GENERATED ALWAYS AS (total * 2) STORED,
  CONSTRAINT customers_email_key UNIQUE (email),
  CONSTRAINT score_is_low CHECK (score < 100 AND (name <> ')' OR name IS NULL)),
  CONSTRAINT no_children CHECK (id > 0) NO INHERIT
);
CREATE INDEX customers_lower ON customers (lower(email), (total + 1) DESC, name) INCLUDE (score) WHERE score IS NOT NULL;
CREATE INDEX customers_flags ON customers USING hash (letter);
CREATE TRIGGER customers_touch BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER customers_off BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE customers DISABLE TRIGGER customers_off;

CREATE TABLE sales.orders (
  id serial,
  customer_id bigint NOT NULL,
  region text,
  placed date NOT NULL,
  PRIMARY KEY (id, placed)
) PARTITION BY RANGE (placed);
CREATE TABLE sales.orders_2024 PARTITION OF sales.orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE sales.orders_rest PARTITION OF sales.orders DEFAULT PARTITION BY HASH (id, placed);
CREATE TABLE sales.orders_rest_0 PARTITION OF sales.orders_rest FOR VALUES WITH (MODULUS 1, REMAINDER 0);
ALTER TABLE sales.orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE SET DEFAULT ON UPDATE CASCADE DEFERRABLE;
CREATE INDEX orders_region ON sales.orders (region);
CREATE TABLE visits (order_id int, placed date, FOREIGN KEY (order_id, placed) REFERENCES sales.orders (id, placed)) PARTITION BY LIST (order_id);
CREATE TABLE visits_left PARTITION OF visits DEFAULT;
ALTER TABLE visits DETACH PARTITION visits_left;
CREATE TABLE notes (order_id int, placed date, text text);
ALTER TABLE notes ADD CONSTRAINT notes_order FOREIGN KEY (order_id, placed) REFERENCES sales.orders (id, placed) NOT VALID;
ALTER TABLE notes ADD CONSTRAINT short CHECK (length(text) < 100) NOT VALID;

CREATE TABLE events (region text, placed date) PARTITION BY RANGE (replace(region, ',', '('), placed);
CREATE TABLE base (a int);
CREATE TABLE child (b int) INHERITS (base);
CREATE UNLOGGED TABLE scratch (payload jsonb, EXCLUDE USING btree ((payload ->> 'id') WITH =));
CREATE TABLE "Odd Schema"."Order.Items" ("Weird ""Column""" text);
CREATE VIEW order_view AS SELECT o.id, c.email FROM sales.orders o JOIN customers c ON c.id = o.customer_id;
CREATE VIEW view_of_view AS SELECT id FROM order_view;
CREATE MATERIALIZED VIEW totals AS SELECT state, count(*) AS number FROM customers GROUP BY state;
CREATE SEQUENCE sales.ticket;

INSERT INTO customers (email, name, state, score, tag, total)
  SELECT 'canary-' || i || '@example.com', 'canary-name', 'happy', 1 + i % 9, 'canary-tag', i FROM generate_series(1, 1000) AS i;
INSERT INTO customers (email, tag) SELECT repeat('canary', 40) || i, 'x' FROM generate_series(1, 5) AS i;
INSERT INTO sales.orders (customer_id, region, placed) SELECT 1, 'canary-region', date '2024-01-01' + i % 300 FROM generate_series(1, 500) AS i;
INSERT INTO sales.orders (customer_id, region, placed) VALUES (1, 'canary-region', '2030-01-01');
REFRESH MATERIALIZED VIEW totals;
