-- order_items_id_seq is at 1.9 billion.
ALTER TABLE order_items ALTER COLUMN id TYPE bigint;
