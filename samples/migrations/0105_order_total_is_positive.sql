-- In two steps: new rows are checked at once, the old ones while everybody works on.
SET lock_timeout = '2s';
ALTER TABLE orders ADD CONSTRAINT orders_total_is_positive CHECK (total >= 0) NOT VALID;
RESET lock_timeout;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_is_positive;
