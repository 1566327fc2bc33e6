-- schema when asked
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number varchar(10) NOT NULL,
  note varchar(20),
  price int CHECK (price >= 0),
  parent_id int,
  weight int,
  height int,
  width int,
  size int
);
CREATE INDEX orders_note ON orders (note);
CREATE INDEX orders_price ON orders (price, number);
CREATE INDEX orders_by_size ON orders (size) WITH (fillfactor = 50) WHERE size > 0;
CREATE POLICY dear ON orders USING (weight > 500);
CREATE FUNCTION weighed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER weighed BEFORE UPDATE OF height ON orders FOR EACH ROW EXECUTE FUNCTION weighed();
CREATE RULE kept_wide AS ON DELETE TO orders WHERE old.width > 900 DO INSTEAD NOTHING;
CREATE STATISTICS orders_sized (ndistinct) ON size, number FROM orders;
CREATE TABLE returns (order_id bigint CONSTRAINT returns_order REFERENCES orders);
INSERT INTO orders (number, note, price, parent_id, weight, height, width, size) SELECT n::text, (n % 97)::text, n % 1000, n, n, n, n % 40, n FROM generate_series(1, 3000) AS n;
INSERT INTO returns SELECT n FROM generate_series(1, 500) AS n;
ANALYZE orders;

-- case
COMMENT ON COLUMN orders.price IS 'in cents';
COMMENT ON CONSTRAINT orders_price_check ON orders IS 'none is paid for';
ALTER TABLE orders ALTER COLUMN price TYPE bigint;

-- case
COMMENT ON INDEX orders_price IS 'for the list';
ALTER INDEX orders_price SET (fillfactor = 60);
ALTER TABLE orders ALTER COLUMN price TYPE bigint;

-- case
ALTER TABLE orders ALTER COLUMN price SET STATISTICS 500;
ALTER TABLE orders ALTER COLUMN price SET (n_distinct = 5);
ALTER TABLE orders ALTER COLUMN price TYPE bigint;

-- case
ALTER TABLE orders ALTER COLUMN note SET STORAGE EXTERNAL;
ALTER TABLE orders ALTER COLUMN note TYPE text COLLATE "C";

-- case
GRANT SELECT (price) ON orders TO PUBLIC;
ALTER TABLE orders ALTER COLUMN price TYPE bigint;

-- case
ALTER INDEX orders_note SET (fillfactor = 70);
ALTER INDEX orders_note RENAME TO orders_by_note;
ALTER TABLE orders ALTER COLUMN note TYPE int USING note::int;

-- case
ALTER TABLE orders CLUSTER ON orders_price;
ALTER TABLE orders ALTER COLUMN price TYPE bigint;

-- case
CREATE STATISTICS orders_both (ndistinct) ON price, number FROM orders;
COMMENT ON STATISTICS orders_both IS 'both';
ALTER STATISTICS orders_both SET STATISTICS 300;
ALTER TABLE orders ALTER COLUMN price TYPE bigint;

-- case
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER noted BEFORE UPDATE OF price ON orders FOR EACH ROW EXECUTE FUNCTION noted();
COMMENT ON TRIGGER noted ON orders IS 'is told';
ALTER TABLE orders DISABLE TRIGGER noted;
ALTER TABLE orders ALTER COLUMN price TYPE bigint;

-- case
CREATE POLICY cheap ON orders USING (price < 500);
COMMENT ON POLICY cheap ON orders IS 'the cheap ones';
ALTER TABLE orders ALTER COLUMN price TYPE bigint;

-- case
CREATE RULE kept AS ON DELETE TO orders WHERE old.price > 900 DO INSTEAD NOTHING;
ALTER TABLE orders ALTER COLUMN price TYPE bigint;

-- case
ALTER TABLE orders ALTER COLUMN price SET DEFAULT 5;
ALTER TABLE orders ALTER COLUMN price SET NOT NULL;
ALTER TABLE orders ALTER COLUMN price TYPE bigint;

-- case
COMMENT ON COLUMN orders.number IS 'as printed';
ALTER TABLE orders RENAME COLUMN number TO code;
ALTER TABLE orders ALTER COLUMN code TYPE bigint USING code::bigint;

-- case
CREATE TABLE lines (order_id bigint REFERENCES orders);
COMMENT ON CONSTRAINT lines_order_id_fkey ON lines IS 'goes along';
COMMENT ON COLUMN orders.id IS 'the key';
COMMENT ON CONSTRAINT orders_pkey ON orders IS 'the key itself';
ALTER TABLE orders ALTER COLUMN id TYPE int;

-- case
CREATE SEQUENCE orders_parent OWNED BY orders.parent_id;
COMMENT ON SEQUENCE orders_parent IS 'counts';
ALTER TABLE orders ALTER COLUMN parent_id SET DEFAULT nextval('orders_parent');
GRANT USAGE ON SEQUENCE orders_parent TO PUBLIC;
ALTER TABLE orders ALTER COLUMN parent_id TYPE bigint;

-- case
CREATE POLICY cheap ON orders USING (price < 500);
ALTER TABLE orders RENAME COLUMN price TO cents;
ALTER TABLE orders ALTER COLUMN cents TYPE bigint;

-- case
ALTER POLICY dear ON orders RENAME TO very_dear;
ALTER TABLE orders ALTER COLUMN weight TYPE bigint;

-- case
ALTER TRIGGER weighed ON orders RENAME TO weighed_well;
ALTER TABLE orders ALTER COLUMN height TYPE bigint;

-- case
ALTER TABLE orders RENAME COLUMN height TO tallness;
ALTER TABLE orders ALTER COLUMN tallness TYPE bigint;

-- case
ALTER RULE kept_wide ON orders RENAME TO kept;
ALTER TABLE orders ALTER COLUMN width TYPE bigint;

-- case
ALTER STATISTICS orders_sized RENAME TO orders_of_size;
ALTER TABLE orders ALTER COLUMN size TYPE bigint;

-- case
COMMENT ON STATISTICS orders_sized IS 'by size';
ALTER TABLE orders ALTER COLUMN size TYPE bigint;

-- case
ALTER TABLE orders ADD CONSTRAINT orders_number UNIQUE (number) WITH (fillfactor = 70);
ALTER TABLE orders ALTER COLUMN number TYPE bigint USING number::bigint;

-- case
ALTER TABLE orders ADD CONSTRAINT orders_parent UNIQUE (parent_id) DEFERRABLE;
ALTER TABLE orders ALTER COLUMN parent_id TYPE bigint;

-- case
CREATE TABLE lines (order_id bigint CONSTRAINT lines_order REFERENCES orders DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE lines ALTER CONSTRAINT lines_order NOT DEFERRABLE;
ALTER TABLE orders ALTER COLUMN id TYPE int;

-- case
ALTER TABLE returns ALTER CONSTRAINT returns_order DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE returns ALTER COLUMN order_id TYPE int;

-- case
ALTER INDEX orders_by_size SET (fillfactor = 70, deduplicate_items = off);
ALTER INDEX orders_by_size RESET (fillfactor);
ALTER TABLE orders ALTER COLUMN size TYPE bigint;

-- case from 13
ALTER STATISTICS orders_sized SET STATISTICS 300;
ALTER TABLE orders ALTER COLUMN size TYPE bigint;
