BEGIN;

ALTER TABLE orders ADD COLUMN currency char(3);

UPDATE orders SET currency = 'EUR';

ALTER TABLE orders ALTER COLUMN currency SET DEFAULT 'EUR';

COMMIT;
