-- A new table has no rows and no users yet, so nothing in here takes long.
CREATE TABLE gift_cards (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code varchar(32) NOT NULL,
  customer_id bigint,
  balance numeric(12,2) NOT NULL CHECK (balance >= 0),
  expires_on date
);

CREATE UNIQUE INDEX gift_cards_code ON gift_cards (code);
CREATE INDEX gift_cards_customer_id ON gift_cards (customer_id);
