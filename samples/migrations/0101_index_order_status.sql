-- The back office filters orders by status.
CREATE INDEX orders_status ON orders (status);
