-- schema when asked
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE ROLE insurance_agent NOLOGIN;
CREATE ROLE insurance_audit NOLOGIN;
CREATE SCHEMA claims;
CREATE SCHEMA rating;
CREATE TYPE cover AS ENUM ('liability', 'fire', 'theft', 'travel');
CREATE TYPE claims.stage AS ENUM ('reported', 'assessed', 'settled', 'refused');
CREATE DOMAIN iban AS varchar(34) CHECK (VALUE ~ '^[A-Z]{2}');
CREATE DOMAIN rating.factor AS numeric(6,4) DEFAULT 1 CHECK (VALUE > 0);
CREATE SEQUENCE contract_numbers START 5000;
CREATE TABLE brokers (
  id serial PRIMARY KEY,
  licence char(10) UNIQUE,
  name varchar(80) NOT NULL,
  region char(2) NOT NULL DEFAULT 'DE',
  commission numeric(5,2),
  active boolean DEFAULT true,
  parent_id integer REFERENCES brokers (id)
);
CREATE TABLE holders (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  broker_id integer REFERENCES brokers (id) ON DELETE SET NULL,
  given varchar(60),
  family varchar(60) NOT NULL,
  birth date,
  account iban,
  mail varchar(120),
  phone varchar(30),
  street text,
  zip char(5),
  score smallint,
  remarks text,
  joined timestamp DEFAULT '2023-01-01',
  full_name text GENERATED ALWAYS AS (coalesce(given, '') || ' ' || family) STORED,
  CONSTRAINT holders_reachable CHECK (mail IS NOT NULL OR phone IS NOT NULL)
);
CREATE INDEX holders_family ON holders (family varchar_pattern_ops);
CREATE INDEX holders_mail ON holders (lower(mail));
CREATE TABLE contracts (
  number integer PRIMARY KEY DEFAULT nextval('contract_numbers'),
  holder_id integer NOT NULL REFERENCES holders (id),
  kind cover NOT NULL,
  premium numeric(10,2) NOT NULL,
  deductible integer DEFAULT 0,
  begins date NOT NULL,
  ends date,
  region char(2) DEFAULT 'DE',
  state varchar(12) NOT NULL DEFAULT 'active',
  terms json,
  updated timestamp,
  yearly numeric(12,2) GENERATED ALWAYS AS (premium * 12) STORED,
  CONSTRAINT contracts_span CHECK (ends IS NULL OR ends > begins),
  CONSTRAINT contracts_state CHECK (state IN ('active', 'paused', 'ended'))
);
CREATE INDEX contracts_holder ON contracts (holder_id);
CREATE INDEX contracts_live ON contracts (kind, begins) WHERE state = 'active';
COMMENT ON COLUMN contracts.premium IS 'by the month, with tax';
CREATE TABLE claims.claim (
  id bigserial PRIMARY KEY,
  contract integer NOT NULL REFERENCES public.contracts (number),
  at timestamp NOT NULL,
  stage claims.stage NOT NULL DEFAULT 'reported',
  amount numeric(10,2),
  paid numeric(10,2) DEFAULT 0,
  currency char(3) DEFAULT 'EUR',
  adjuster varchar(40),
  place point,
  text text,
  flags integer DEFAULT 0,
  external varchar(40)
);
CREATE INDEX claim_contract ON claims.claim (contract);
CREATE INDEX claim_text ON claims.claim USING gin (text gin_trgm_ops);
CREATE TABLE claims.document (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), claim_id bigint NOT NULL REFERENCES claims.claim (id) ON DELETE CASCADE, name text, body bytea, mime varchar(50), pages integer);
CREATE TABLE claims.note (claim_id bigint REFERENCES claims.claim (id), line integer, author text, said text, PRIMARY KEY (claim_id, line));
CREATE TABLE claims.payment (
  id integer PRIMARY KEY,
  claim_id bigint NOT NULL,
  due date,
  amount numeric(10,2) NOT NULL,
  reference text,
  booked timestamptz
) ;
CREATE TABLE rating.tariff (id serial PRIMARY KEY, kind public.cover, zone smallint, base numeric(8,2), factor rating.factor, valid daterange, EXCLUDE USING gist (valid WITH &&) WHERE (zone = 99));
CREATE TABLE rating.quote (
  id bigserial,
  holder integer,
  kind public.cover,
  price numeric(10,2),
  made date NOT NULL,
  channel text DEFAULT 'web',
  PRIMARY KEY (id, made)
) PARTITION BY RANGE (made);
CREATE TABLE rating.quote_2024 PARTITION OF rating.quote FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE rating.quote_2025 PARTITION OF rating.quote FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX quote_holder ON rating.quote (holder);
CREATE TABLE letters (id serial, holder_id integer, sent date, template text, body text);
CREATE TABLE audit_trail (id bigserial PRIMARY KEY, tab text, what jsonb, at timestamptz DEFAULT '2024-05-05 00:00+00');
CREATE TABLE staging_import (line integer, raw text);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated := timestamp '2024-07-07'; RETURN NEW; END $$;
CREATE TRIGGER contracts_stamp BEFORE UPDATE ON contracts FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE FUNCTION trail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit_trail (tab, what) VALUES (TG_ARGV[0], to_jsonb(NEW)); RETURN NULL; END $$;
CREATE TRIGGER payment_trail AFTER UPDATE OF amount, due ON claims.payment FOR EACH ROW EXECUTE FUNCTION trail('payment', 'money');
ALTER TABLE contracts ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_region ON contracts TO insurance_agent USING (region = 'DE');
CREATE VIEW live_contracts AS SELECT number, holder_id, kind, premium, state FROM contracts WHERE state = 'active';
GRANT SELECT ON live_contracts TO insurance_agent;
CREATE VIEW claims.open AS SELECT c.id, c.contract, c.amount, c.paid, h.family FROM claims.claim c JOIN contracts k ON k.number = c.contract JOIN holders h ON h.id = k.holder_id WHERE c.stage <> 'settled' AND c.amount > 100;
CREATE VIEW german_brokers AS SELECT id, name, commission FROM brokers WHERE region = 'DE' AND commission > 2.5;
CREATE MATERIALIZED VIEW premium_by_kind AS SELECT kind, sum(premium) AS total, count(*) AS contracts FROM contracts GROUP BY kind;
CREATE UNIQUE INDEX premium_by_kind_kind ON premium_by_kind (kind);
GRANT SELECT ON premium_by_kind TO insurance_audit;
CREATE MATERIALIZED VIEW claims.paid_by_adjuster AS SELECT adjuster, sum(paid) AS paid FROM claims.claim GROUP BY adjuster;
CREATE TABLE rating.discount (code varchar(8) PRIMARY KEY, kind varchar(10), pct numeric(4,1) CHECK (pct < 50));
CREATE VIEW rating.known_discount AS SELECT code, pct FROM rating.discount WHERE kind IN ('family', 'fleet') AND pct > 1.5;
INSERT INTO rating.discount SELECT 'D' || g, CASE g % 3 WHEN 0 THEN 'family' WHEN 1 THEN 'fleet' END, g % 20 FROM generate_series(1, 90) g;
CREATE PUBLICATION warehouse FOR TABLE brokers, audit_trail;
GRANT SELECT, INSERT, UPDATE ON holders, contracts TO insurance_agent;
INSERT INTO brokers (licence, name, region, commission, parent_id) SELECT 'L' || g, 'Broker ' || g, CASE g % 2 WHEN 0 THEN 'DE' ELSE 'AT' END, g % 5 + 0.5, CASE WHEN g > 5 THEN g % 5 + 1 END FROM generate_series(1, 20) g;
INSERT INTO holders (broker_id, given, family, birth, mail, phone, zip, score) SELECT 1 + g % 20, CASE WHEN g % 4 > 0 THEN 'G' || g END, 'F' || g, date '1960-01-01' + g * 30, CASE WHEN g % 3 > 0 THEN 'h' || g || '@Mail.example' END, '+49' || g, lpad(g::text, 5, '0'), g % 100 FROM generate_series(1, 200) g;
INSERT INTO contracts (holder_id, kind, premium, begins, ends, terms, state) SELECT 1 + g % 200, (enum_range(NULL::cover))[1 + g % 4], 10 + g, date '2023-01-01' + g, CASE WHEN g % 7 = 0 THEN date '2026-01-01' + g END, '{"v": 1}', CASE g % 5 WHEN 0 THEN 'paused' ELSE 'active' END FROM generate_series(1, 300) g;
INSERT INTO claims.claim (contract, at, stage, amount, adjuster, text, external) SELECT 5000 + g % 300, timestamp '2024-01-01' + g * interval '5 hours', (enum_range(NULL::claims.stage))[1 + g % 4], g * 7, CASE WHEN g % 6 > 0 THEN 'adj' || g % 6 END, 'broken thing ' || g, 'X-' || g FROM generate_series(1, 250) g;
INSERT INTO claims.document (id, claim_id, name, body, mime, pages) SELECT md5(g::text)::uuid, 1 + g % 250, 'doc ' || g, '\x00', 'application/pdf', g % 9 FROM generate_series(1, 120) g;
INSERT INTO claims.note SELECT 1 + g % 250, g, 'a' || g % 3, 'said ' || g FROM generate_series(1, 300) g;
INSERT INTO claims.payment SELECT g, 1 + g % 250, date '2024-02-02' + g, g, 'P' || g, NULL FROM generate_series(1, 140) g;
INSERT INTO rating.tariff (kind, zone, base, valid) SELECT (enum_range(NULL::cover))[1 + g % 4], g, g * 2, daterange(date '2024-01-01' + g, date '2024-01-02' + g) FROM generate_series(1, 40) g;
INSERT INTO rating.quote (holder, kind, price, made) SELECT 1 + g % 200, 'fire', g, date '2024-03-01' + g FROM generate_series(1, 400) g;
INSERT INTO letters (holder_id, sent, template, body) SELECT 1 + g % 200, date '2024-01-01' + g % 9, 't' || g % 3, 'Dear ' || g FROM generate_series(1, 150) g;
INSERT INTO audit_trail (tab, what) SELECT 'x', '{}' FROM generate_series(1, 60) g;
INSERT INTO staging_import SELECT g, 'raw ' || g FROM generate_series(1, 80) g;
REFRESH MATERIALIZED VIEW premium_by_kind;
REFRESH MATERIALIZED VIEW claims.paid_by_adjuster;
-- case
ALTER TABLE contracts ALTER COLUMN number TYPE bigint;
-- case
ALTER TABLE brokers ALTER COLUMN id TYPE bigint;
-- case
ALTER TABLE holders ALTER COLUMN id TYPE bigint;
-- case
alter table contracts alter premium type numeric(14,4);
-- case
ALTER TABLE claims.claim ALTER COLUMN paid TYPE numeric(14,4);
-- case
ALTER TABLE claims.claim ALTER COLUMN adjuster TYPE text;
-- case
ALTER TABLE claims.claim ALTER COLUMN adjuster TYPE varchar(20);
-- case
ALTER TABLE claims.claim ALTER COLUMN amount TYPE bigint;
-- case
ALTER TABLE brokers ALTER COLUMN commission TYPE double precision;
-- case
ALTER TABLE brokers ALTER COLUMN region TYPE text;
-- case
ALTER TABLE brokers ALTER COLUMN licence TYPE varchar(12) USING trim(licence);
-- case
ALTER TABLE contracts ALTER COLUMN region TYPE varchar(3);
-- case
ALTER TABLE contracts ALTER COLUMN state TYPE text;
-- case
ALTER TABLE contracts ALTER COLUMN terms TYPE jsonb, ALTER COLUMN terms SET DEFAULT '{}';
-- case
ALTER TABLE holders ALTER COLUMN given TYPE varchar(100), ALTER COLUMN family TYPE varchar(100);
-- case
ALTER TABLE holders ALTER COLUMN zip TYPE varchar(10);
-- case
ALTER TABLE holders ALTER COLUMN joined TYPE timestamptz USING joined AT TIME ZONE 'UTC';
-- case
ALTER TABLE claims.payment ALTER COLUMN amount TYPE numeric(12,4);
-- case
ALTER TABLE claims.payment ALTER COLUMN due TYPE timestamp;
-- case
ALTER TABLE claims.document ALTER COLUMN pages TYPE bigint, ALTER COLUMN pages SET NOT NULL, ALTER COLUMN pages SET DEFAULT 1;
-- case
ALTER TABLE rating.quote ALTER COLUMN holder TYPE bigint;
-- case
ALTER TABLE rating.quote ALTER COLUMN price TYPE double precision;
-- case
ALTER TABLE rating.tariff ALTER COLUMN factor TYPE numeric(8,4);
-- case
ALTER TABLE audit_trail ALTER COLUMN at TYPE timestamp(0) USING at AT TIME ZONE 'Europe/Berlin';
-- case
ALTER TABLE audit_trail ALTER COLUMN tab TYPE varchar(20);
-- case
ALTER TABLE claims.claim ALTER COLUMN stage TYPE text USING stage::text;
-- case
ALTER TABLE claims.claim ALTER COLUMN currency SET NOT NULL;
-- case
ALTER TABLE claims.claim ALTER COLUMN amount SET NOT NULL;
-- case
UPDATE claims.claim SET adjuster = 'nobody' WHERE adjuster IS NULL;
ALTER TABLE claims.claim ALTER COLUMN adjuster SET NOT NULL;
-- case
ALTER TABLE holders ADD COLUMN tax_id varchar(20) NOT NULL DEFAULT '';
-- case
ALTER TABLE holders ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid();
CREATE UNIQUE INDEX holders_public_id ON holders (public_id);
-- case
ALTER TABLE holders ADD COLUMN age_group integer GENERATED ALWAYS AS (score / 10) STORED;
-- case
ALTER TABLE claims.claim ADD COLUMN number text GENERATED ALWAYS AS ('C-' || id::text) STORED UNIQUE;
-- case
ALTER TABLE letters ADD PRIMARY KEY (id);
-- case
ALTER TABLE letters ADD CONSTRAINT letters_holder FOREIGN KEY (holder_id) REFERENCES holders (id) ON DELETE CASCADE;
-- case
ALTER TABLE letters ADD COLUMN uid bigserial PRIMARY KEY;
-- case
ALTER TABLE claims.payment ADD FOREIGN KEY (claim_id) REFERENCES claims.claim, ADD CHECK (amount > 0), ADD UNIQUE (reference);
-- case
ALTER TABLE claims.payment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY;
SELECT setval(pg_get_serial_sequence('claims.payment', 'id'), (SELECT max(id) FROM claims.payment));
-- case
CREATE INDEX ON claims.claim (external);
CREATE INDEX IF NOT EXISTS claim_at ON claims.claim (at DESC NULLS LAST) INCLUDE (stage);
-- case
CREATE UNIQUE INDEX claim_external ON claims.claim (external) WHERE external IS NOT NULL;
-- case
CREATE INDEX quote_channel ON rating.quote (channel, made);
-- case
CREATE UNIQUE INDEX quote_once ON rating.quote (holder, kind, made);
-- case
DROP INDEX contracts_holder;
CREATE INDEX contracts_holder ON contracts (holder_id, begins);
-- case
DROP INDEX rating.quote_2024_holder_idx;
-- case
DROP INDEX rating.quote_holder;
-- case
REINDEX TABLE claims.claim;
-- case
REINDEX INDEX claims.claim_text;
-- case
ALTER TABLE contracts DROP CONSTRAINT contracts_state, ADD CONSTRAINT contracts_state CHECK (state IN ('active', 'paused', 'ended', 'void'));
-- case
ALTER TABLE claims.claim ADD CONSTRAINT claim_paid CHECK (paid <= amount) NOT VALID;
ALTER TABLE claims.claim VALIDATE CONSTRAINT claim_paid;
-- case
ALTER TABLE contracts DROP CONSTRAINT contracts_holder_id_fkey, ADD CONSTRAINT contracts_holder_fk FOREIGN KEY (holder_id) REFERENCES holders (id) ON DELETE RESTRICT;
-- case
ALTER TABLE claims.claim RENAME COLUMN at TO reported_at;
-- case
ALTER TABLE holders RENAME COLUMN family TO last_name;
-- case
ALTER TABLE contracts RENAME TO policies;
-- case
ALTER TABLE claims.note RENAME TO remark;
ALTER TABLE claims.remark RENAME COLUMN said TO body;
-- case
ALTER TABLE claims.document SET SCHEMA public;
-- case
ALTER TABLE claims.claim DROP COLUMN flags;
-- case
ALTER TABLE claims.claim DROP COLUMN paid CASCADE;
-- case
ALTER TABLE holders DROP COLUMN full_name, DROP COLUMN remarks;
-- case
DROP TABLE staging_import;
-- case
DROP TABLE claims.note, letters;
-- case
-- no plan: Every row of `audit_trail` is gone
TRUNCATE audit_trail;
-- case
DELETE FROM audit_trail WHERE at < '2025-01-01';
-- case
UPDATE holders SET mail = lower(mail);
-- case
UPDATE contracts SET premium = round(premium * 1.03, 2) WHERE kind = 'fire';
-- case
UPDATE contracts SET state = 'ended' FROM holders h WHERE h.id = holder_id AND h.birth < '1962-01-01';
-- case
UPDATE claims.payment p SET booked = c.at AT TIME ZONE 'UTC' FROM claims.claim c WHERE c.id = p.claim_id AND p.booked IS NULL;
-- case
DELETE FROM claims.note n WHERE NOT EXISTS (SELECT FROM claims.claim c WHERE c.id = n.claim_id AND c.stage <> 'refused');
-- case
DELETE FROM letters a USING letters b WHERE a.holder_id = b.holder_id AND a.sent = b.sent AND a.id > b.id;
CREATE UNIQUE INDEX letters_once ON letters (holder_id, sent);
-- case
INSERT INTO claims.payment (id, claim_id, due, amount, reference) SELECT 1000 + id, id, at::date, amount, 'moved ' || id FROM claims.claim WHERE stage = 'settled';
-- case
ALTER TYPE cover ADD VALUE 'cyber' AFTER 'theft';
-- case
ALTER TYPE claims.stage RENAME VALUE 'refused' TO 'rejected';
-- case
ALTER TYPE cover RENAME TO cover_old;
CREATE TYPE cover AS ENUM ('liability', 'fire', 'theft', 'travel', 'pet');
ALTER TABLE rating.tariff ALTER COLUMN kind TYPE cover USING kind::text::cover;
-- case
ALTER DOMAIN rating.factor ADD CONSTRAINT factor_small CHECK (VALUE < 100);
-- case
ALTER DOMAIN iban SET NOT NULL;
-- case
ALTER TABLE rating.quote ADD COLUMN discount numeric(5,2) DEFAULT 0 NOT NULL;
-- case
CREATE TABLE rating.quote_2026 PARTITION OF rating.quote FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- case
ALTER TABLE rating.quote DETACH PARTITION rating.quote_2024;
-- case
CREATE TABLE rating.quote_2026 (LIKE rating.quote INCLUDING ALL);
ALTER TABLE rating.quote ATTACH PARTITION rating.quote_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- case
ALTER TABLE rating.quote ADD CONSTRAINT quote_holder_fk FOREIGN KEY (holder) REFERENCES holders (id);
-- case
REFRESH MATERIALIZED VIEW premium_by_kind;
-- case
REFRESH MATERIALIZED VIEW claims.paid_by_adjuster;
-- case
VACUUM FULL claims.claim;
-- case
CLUSTER contracts USING contracts_holder;
-- case
ALTER TABLE audit_trail SET UNLOGGED;
-- case
ALTER TABLE brokers REPLICA IDENTITY FULL;
ALTER TABLE brokers ADD COLUMN vat char(11);
-- case
BEGIN;
ALTER TABLE contracts ADD COLUMN currency char(3);
UPDATE contracts SET currency = 'EUR';
ALTER TABLE contracts ALTER COLUMN currency SET NOT NULL;
ALTER TABLE contracts ALTER COLUMN currency SET DEFAULT 'EUR';
COMMIT;
-- case
CREATE TABLE claims.place AS SELECT id AS claim_id, place FROM claims.claim;
ALTER TABLE claims.place ADD PRIMARY KEY (claim_id);
ALTER TABLE claims.claim DROP COLUMN place;
-- case
DROP TRIGGER contracts_stamp ON contracts;
UPDATE contracts SET updated = begins WHERE updated IS NULL;
CREATE TRIGGER contracts_stamp BEFORE UPDATE ON contracts FOR EACH ROW EXECUTE FUNCTION stamp();
-- case
CREATE TRIGGER claim_trail AFTER INSERT OR UPDATE ON claims.claim FOR EACH ROW EXECUTE FUNCTION trail('claim');
-- case
ALTER TABLE contracts FORCE ROW LEVEL SECURITY;
-- case
CREATE OR REPLACE VIEW live_contracts AS SELECT number, holder_id, kind, premium, state, begins FROM contracts WHERE state = 'active';
-- case
DROP VIEW live_contracts;
ALTER TABLE contracts ALTER COLUMN state TYPE varchar(20);
CREATE VIEW live_contracts AS SELECT number, holder_id, kind, premium, state FROM contracts WHERE state = 'active';
GRANT SELECT ON live_contracts TO insurance_agent;
-- case
DROP MATERIALIZED VIEW claims.paid_by_adjuster;
ALTER TABLE claims.claim ALTER COLUMN adjuster TYPE text;
CREATE MATERIALIZED VIEW claims.paid_by_adjuster AS SELECT adjuster, sum(paid) AS paid FROM claims.claim GROUP BY adjuster;
-- case
ALTER TABLE holders DROP COLUMN full_name;
ALTER TABLE holders ALTER COLUMN family TYPE text;
ALTER TABLE holders ADD COLUMN full_name text GENERATED ALWAYS AS (coalesce(given, '') || ' ' || family) STORED;
-- case
ALTER TABLE rating.discount ALTER COLUMN kind TYPE char(10);
-- case
ALTER TABLE rating.discount ALTER COLUMN pct TYPE real;
