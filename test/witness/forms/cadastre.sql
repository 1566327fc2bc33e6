-- at length
-- schema
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE EXTENSION btree_gist;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION file_fdw;
CREATE ROLE registrar;
CREATE ROLE notary_role;
CREATE ROLE land_reader;
CREATE SCHEMA land;
CREATE SCHEMA deeds;
CREATE SCHEMA tax;
CREATE SCHEMA ledger;
CREATE SCHEMA "Old Books";
CREATE TYPE land.use AS ENUM ('arable', 'meadow', 'forest', 'built', 'water');
CREATE TYPE deeds.state AS ENUM ('draft', 'lodged', 'entered', 'refused');
CREATE TYPE tax.band AS ENUM ('low', 'mid', 'high');
CREATE TYPE land.spot AS (x numeric(10,2), y numeric(10,2));
CREATE TYPE land.boundary AS (north text, south text, east text, west text);
CREATE TYPE land.span AS RANGE (subtype = numeric);
CREATE DOMAIN land.parcel_no AS varchar(16) CONSTRAINT parcel_no_form CHECK (VALUE ~ '^[A-Z]+-[0-9]+$');
CREATE DOMAIN land.area AS numeric(12,2) CHECK (VALUE > 0);
CREATE DOMAIN land.share AS numeric(7,6) DEFAULT 1 CHECK (VALUE > 0 AND VALUE <= 1);
CREATE DOMAIN deeds.page AS integer NOT NULL;
CREATE DOMAIN tax.euro AS numeric(14,2);
CREATE DOMAIN tax.paid_euro AS tax.euro CHECK (VALUE >= 0);
CREATE DOMAIN deeds.spare AS text;
CREATE SEQUENCE deeds.folio_seq START 5000 CACHE 10;
CREATE SEQUENCE tax.bill_no AS smallint CYCLE;
CREATE SEQUENCE ledger.loose;
CREATE FUNCTION land.acres(m2 numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT m2 / 4046.86 $$;
CREATE FUNCTION land.norm(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN lower(trim(t)); END $$;
CREATE FUNCTION deeds.next_folio() RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('deeds.folio_seq') $$;
CREATE FUNCTION ledger.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := now(); RETURN NEW; END $$;
CREATE TABLE land.district (code char(4) PRIMARY KEY, name text NOT NULL, seat text, parent char(4) CONSTRAINT district_parent REFERENCES land.district ON DELETE RESTRICT, formed date DEFAULT CURRENT_DATE, CONSTRAINT district_named UNIQUE (name));
CREATE TABLE land.office (id serial PRIMARY KEY, district char(4) NOT NULL CONSTRAINT office_district REFERENCES land.district ON UPDATE CASCADE, label citext UNIQUE, opened date, floors smallint);
CREATE TABLE land.person (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, family_name text NOT NULL, given_name text, born date, tax_no varchar(12), mail citext, extra hstore, alive boolean DEFAULT true, changed timestamptz, CONSTRAINT person_tax_once UNIQUE (tax_no));
CREATE INDEX person_name ON land.person (family_name, given_name);
CREATE INDEX person_lower ON land.person (lower(family_name));
CREATE INDEX person_trgm ON land.person USING gin (family_name gin_trgm_ops);
CREATE INDEX person_extra ON land.person USING gin (extra);
CREATE INDEX person_living ON land.person (born) WHERE alive;
CREATE TRIGGER person_stamp BEFORE UPDATE ON land.person FOR EACH ROW EXECUTE FUNCTION ledger.stamp();
CREATE TABLE land.plot (district char(4) NOT NULL, no land.parcel_no NOT NULL, surveyed date, size land.area, use land.use DEFAULT 'arable', corner land.spot, edges land.boundary, altitude land.span, soil smallint, remark varchar(80), folio bigint DEFAULT deeds.next_folio(), changed timestamptz, CONSTRAINT plot_key PRIMARY KEY (district, no), CONSTRAINT plot_district FOREIGN KEY (district) REFERENCES land.district ON UPDATE CASCADE, CONSTRAINT plot_soil CHECK (soil BETWEEN 0 AND 100)) PARTITION BY LIST (district);
CREATE TABLE land.plot_nord PARTITION OF land.plot FOR VALUES IN ('N001', 'N002');
CREATE TABLE land.plot_sued PARTITION OF land.plot FOR VALUES IN ('S001') PARTITION BY HASH (no);
CREATE TABLE land.plot_sued_0 PARTITION OF land.plot_sued FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE land.plot_sued_1 PARTITION OF land.plot_sued FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE land.plot_rest PARTITION OF land.plot DEFAULT;
CREATE INDEX plot_surveyed ON land.plot (surveyed);
CREATE INDEX plot_folio ON land.plot (folio) WHERE folio IS NOT NULL;
CREATE INDEX plot_nord_size ON land.plot_nord (size);
CREATE TABLE land.plot_ost (district char(4) NOT NULL, no land.parcel_no NOT NULL, surveyed date, size land.area, use land.use DEFAULT 'arable', corner land.spot, edges land.boundary, altitude land.span, soil smallint, remark varchar(80), folio bigint, changed timestamptz, CONSTRAINT plot_soil CHECK (soil BETWEEN 0 AND 100), CONSTRAINT only_ost CHECK (district = 'O001'));
CREATE TABLE land.plot_west (LIKE land.plot_ost INCLUDING DEFAULTS);
CREATE TABLE land.owner (id bigserial PRIMARY KEY, district char(4) NOT NULL, no land.parcel_no NOT NULL, person_id bigint NOT NULL CONSTRAINT owner_person REFERENCES land.person ON DELETE CASCADE, part land.share, held daterange DEFAULT daterange(CURRENT_DATE, NULL), CONSTRAINT owner_plot FOREIGN KEY (district, no) REFERENCES land.plot ON DELETE CASCADE, CONSTRAINT owner_once EXCLUDE USING gist (person_id WITH =, no WITH =, held WITH &&));
CREATE INDEX owner_plot_idx ON land.owner (district, no);
CREATE TABLE deeds.notary (id int PRIMARY KEY, person_id bigint UNIQUE REFERENCES land.person, seal text NOT NULL, since date, fee money DEFAULT '100', CONSTRAINT notary_seal UNIQUE (seal) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE deeds.deed (id bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY, lodged timestamp NOT NULL, notary_id int CONSTRAINT deed_notary REFERENCES deeds.notary ON DELETE SET NULL, state deeds.state NOT NULL DEFAULT 'draft', title text, words tsvector, body jsonb, page deeds.page DEFAULT 1, cost tax.euro, replaces bigint, replaces_lodged timestamp, PRIMARY KEY (id, lodged), CONSTRAINT deed_cost CHECK (cost >= 0)) PARTITION BY RANGE (lodged);
CREATE TABLE deeds.deed_2022 PARTITION OF deeds.deed FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
CREATE TABLE deeds.deed_2023 PARTITION OF deeds.deed FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE deeds.deed_2024 PARTITION OF deeds.deed FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX deed_notary_idx ON deeds.deed (notary_id);
CREATE INDEX deed_body ON deeds.deed USING gin (body jsonb_path_ops);
CREATE INDEX deed_lodged_brin ON deeds.deed USING brin (lodged);
CREATE TABLE deeds.deed_2021 (id bigint NOT NULL, lodged timestamp NOT NULL, notary_id int, state deeds.state NOT NULL DEFAULT 'draft', title text, words tsvector, body jsonb, page deeds.page DEFAULT 1, cost tax.euro, replaces bigint, replaces_lodged timestamp, CONSTRAINT deed_cost CHECK (cost >= 0), CONSTRAINT of_2021 CHECK (lodged >= '2021-01-01' AND lodged < '2022-01-01'));
CREATE TABLE deeds.party (deed_id bigint NOT NULL, deed_lodged timestamp NOT NULL, seq smallint NOT NULL, person_id bigint CONSTRAINT party_person REFERENCES land.person ON DELETE SET NULL, role varchar(20) DEFAULT 'buyer', PRIMARY KEY (deed_id, deed_lodged, seq), CONSTRAINT party_deed FOREIGN KEY (deed_id, deed_lodged) REFERENCES deeds.deed ON DELETE CASCADE);
CREATE TABLE deeds.attachment (id uuid PRIMARY KEY, deed_id bigint, deed_lodged timestamp, file bytea, mime text COLLATE "C", bytes bigint, sealed boolean NOT NULL DEFAULT false);
ALTER TABLE deeds.attachment ADD CONSTRAINT attachment_deed FOREIGN KEY (deed_id, deed_lodged) REFERENCES deeds.deed DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE deeds.attachment ADD CONSTRAINT attachment_size CHECK (bytes < 100000000) NOT VALID;
CREATE TABLE tax.bill (id integer DEFAULT nextval('tax.bill_no') PRIMARY KEY, owner_id bigint REFERENCES land.owner, due date NOT NULL, amount tax.paid_euro, paid_on date, band tax.band, late boolean, fine numeric GENERATED ALWAYS AS (amount * 0.05) STORED, CONSTRAINT bill_paid CHECK (paid_on >= due - 365));
CREATE INDEX bill_open ON tax.bill (due) WHERE paid_on IS NULL;
CREATE INDEX bill_due_incl ON tax.bill (due) INCLUDE (amount);
ALTER SEQUENCE tax.bill_no OWNED BY tax.bill.id;
CREATE TABLE tax.rate (year int, band tax.band, percent numeric(5,2), PRIMARY KEY (year, band));
CREATE TABLE tax.payment (id bigserial PRIMARY KEY, bill_id int CONSTRAINT payment_bill REFERENCES tax.bill, amount numeric(10,2), iban char(22), booked timestamp(3), memo varchar(100));
ALTER TABLE tax.payment ADD CONSTRAINT payment_positive CHECK (amount > 0) NOT VALID;
CREATE TABLE ledger.entry (id bigint NOT NULL, at timestamptz NOT NULL DEFAULT now(), who name DEFAULT current_user, what text, old jsonb, new jsonb) PARTITION BY RANGE (at);
CREATE TABLE ledger.entry_early PARTITION OF ledger.entry FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE TABLE ledger.entry_late PARTITION OF ledger.entry FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
CREATE TABLE ledger.note (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz DEFAULT clock_timestamp(), what text);
CREATE UNLOGGED TABLE ledger.queue (n serial, item text, tries int DEFAULT 0);
CREATE TABLE land.building (id int NOT NULL, plot_no land.parcel_no, built smallint, storeys smallint DEFAULT 1, label text NOT NULL, CONSTRAINT building_storeys CHECK (storeys > 0));
CREATE TABLE land.house (rooms int, PRIMARY KEY (id)) INHERITS (land.building);
CREATE TABLE land.farm (stock int, CONSTRAINT farm_key UNIQUE (id)) INHERITS (land.building);
CREATE TABLE land.manor (towers int) INHERITS (land.house, land.farm);
CREATE INDEX building_label ON land.building (label);
CREATE INDEX house_rooms ON land.house (rooms);
CREATE TABLE land.ruin (id int NOT NULL, plot_no land.parcel_no, built smallint, storeys smallint, label text NOT NULL, fell date, CONSTRAINT building_storeys CHECK (storeys > 0));
CREATE TABLE land.marker OF land.spot;
CREATE TABLE "Old Books"."Page" ("No" int PRIMARY KEY, "Book" text, "Text" text, deed_id bigint);
CREATE INDEX "Page Book" ON "Old Books"."Page" ("Book");
CREATE TABLE land.survey (id int GENERATED BY DEFAULT AS IDENTITY, plot_no text, made timestamp(6) DEFAULT localtimestamp, method char(3), points land.spot[], quality real, ip cidr, bits bit(8), CONSTRAINT survey_id UNIQUE (id));
CREATE TABLE land.nothing (id int PRIMARY KEY, up int REFERENCES land.nothing, label text);
CREATE STATISTICS land.person_names (ndistinct, dependencies) ON family_name, given_name FROM land.person;
CREATE STATISTICS tax.bill_stats ON due, band FROM tax.bill;
ALTER TABLE land.owner ENABLE ROW LEVEL SECURITY;
CREATE POLICY owner_of_mine ON land.owner TO notary_role USING (EXISTS (SELECT 1 FROM land.person p WHERE p.id = person_id AND p.alive));
CREATE POLICY owner_read ON land.owner FOR SELECT TO land_reader USING (true);
ALTER TABLE deeds.attachment ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY attachment_sealed ON deeds.attachment AS RESTRICTIVE FOR ALL USING (NOT sealed) WITH CHECK (bytes > 0);
CREATE FUNCTION ledger.log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ledger.note (what) VALUES (TG_OP || TG_TABLE_NAME); RETURN NULL; END $$;
CREATE FUNCTION ledger.enter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ledger.entry (id, what) VALUES (1, TG_TABLE_NAME); RETURN NEW; END $$;
CREATE FUNCTION tax.rebill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE tax.bill SET late = false WHERE owner_id = NEW.id; RETURN NULL; END $$;
CREATE FUNCTION deeds.gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ledger.queue (item) SELECT id::text FROM old_deeds; RETURN NULL; END $$;
CREATE FUNCTION land.guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.size > (SELECT max(percent) * 100000 FROM tax.rate) THEN RAISE EXCEPTION 'too large'; END IF; RETURN NEW; END $$;
CREATE TRIGGER owner_rebill AFTER UPDATE OF part ON land.owner FOR EACH ROW EXECUTE FUNCTION tax.rebill();
CREATE TRIGGER plot_guard BEFORE INSERT OR UPDATE ON land.plot_nord FOR EACH ROW EXECUTE FUNCTION land.guard();
CREATE TRIGGER plot_log AFTER INSERT OR DELETE ON land.plot FOR EACH ROW EXECUTE FUNCTION ledger.log();
CREATE TRIGGER deed_gone AFTER DELETE ON deeds.deed REFERENCING OLD TABLE AS old_deeds FOR EACH STATEMENT EXECUTE FUNCTION deeds.gone();
CREATE TRIGGER notary_enter BEFORE INSERT OR UPDATE ON deeds.notary FOR EACH ROW EXECUTE FUNCTION ledger.enter();
CREATE TRIGGER office_emptied BEFORE TRUNCATE ON land.office EXECUTE FUNCTION ledger.log();
CREATE CONSTRAINT TRIGGER payment_checked AFTER INSERT OR UPDATE ON tax.payment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.log();
CREATE TRIGGER rate_silent AFTER UPDATE ON tax.rate FOR EACH ROW EXECUTE FUNCTION ledger.log();
ALTER TABLE tax.rate DISABLE TRIGGER rate_silent;
CREATE TRIGGER building_log AFTER UPDATE ON land.building FOR EACH ROW WHEN (OLD.storeys <> NEW.storeys) EXECUTE FUNCTION ledger.log();
CREATE VIEW land.holding AS SELECT o.id, o.part, p.family_name, pl.size FROM land.owner o JOIN land.person p ON p.id = o.person_id JOIN land.plot pl ON pl.district = o.district AND pl.no = o.no;
CREATE VIEW land.large_holding AS SELECT * FROM land.holding WHERE size > 10000;
CREATE VIEW land.living AS SELECT id, family_name, given_name, mail FROM land.person WHERE alive WITH LOCAL CHECK OPTION;
CREATE VIEW deeds.recent WITH (security_barrier) AS SELECT id, lodged, state, title FROM deeds.deed WHERE lodged > now() - interval '30 days';
CREATE VIEW land.all_buildings AS SELECT id, label, tableoid::regclass AS kind FROM land.building;
CREATE MATERIALIZED VIEW tax.by_year AS SELECT extract(year FROM due) AS year, count(*) AS bills, sum(amount) AS total FROM tax.bill GROUP BY 1;
CREATE UNIQUE INDEX by_year_key ON tax.by_year (year);
CREATE MATERIALIZED VIEW deeds.per_notary AS SELECT notary_id, count(*) AS deeds FROM deeds.deed GROUP BY notary_id;
CREATE INDEX per_notary_count ON deeds.per_notary (deeds);
CREATE MATERIALIZED VIEW land.large_names AS SELECT family_name, sum(size) AS held FROM land.large_holding GROUP BY family_name WITH NO DATA;
CREATE VIEW tax.best_year AS SELECT year FROM tax.by_year ORDER BY total DESC LIMIT 1;
CREATE RULE rate_kept AS ON DELETE TO tax.rate DO INSTEAD NOTHING;
CREATE RULE ruin_noted AS ON INSERT TO land.ruin DO ALSO INSERT INTO ledger.note (what) VALUES ('ruin');
CREATE RULE holding_part AS ON UPDATE TO land.holding DO INSTEAD UPDATE land.owner SET part = NEW.part WHERE id = OLD.id;
CREATE FUNCTION land.holds(p bigint) RETURNS numeric LANGUAGE sql STABLE AS $$ SELECT sum(part) FROM land.owner WHERE person_id = p $$;
CREATE FUNCTION deeds.enter_all() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN UPDATE deeds.deed SET state = 'entered' WHERE state = 'lodged'; GET DIAGNOSTICS n = ROW_COUNT; RETURN n; END $$;
CREATE PROCEDURE tax.close_year(y int) LANGUAGE plpgsql AS $$ BEGIN DELETE FROM tax.rate WHERE year = y; UPDATE tax.bill SET late = true WHERE paid_on IS NULL; END $$;
CREATE PROCEDURE ledger.sweep() LANGUAGE sql AS $$ DELETE FROM ledger.queue WHERE tries > 5 $$;
CREATE AGGREGATE land.joined (text) (SFUNC = textcat, STYPE = text);
CREATE PUBLICATION land_pub FOR TABLE land.person, land.owner;
CREATE PUBLICATION tax_pub FOR TABLE tax.bill, tax.payment WITH (publish = 'insert, update');
CREATE PUBLICATION empty_pub;
CREATE SERVER csv FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE land.import (no text, size numeric) SERVER csv OPTIONS (program 'echo A-1,5', format 'csv');
INSERT INTO land.district (code, name) VALUES ('N001', 'Nord'), ('N002', 'Nordost'), ('S001', 'Sued'), ('O001', 'Ost'), ('W001', 'West'), ('X001', 'Exklave');
UPDATE land.district SET parent = 'N001' WHERE code IN ('N002', 'X001');
INSERT INTO land.office (district, label, opened, floors) SELECT d.code, 'Office ' || d.code, '1990-01-01', 2 FROM land.district d;
INSERT INTO land.person (family_name, given_name, born, tax_no, mail) SELECT 'Family ' || g % 50, 'Given ' || g, '1950-01-01'::date + g * 20, 'T' || g, 'p' || g || '@land.example' FROM generate_series(1, 600) g;
INSERT INTO land.plot (district, no, surveyed, size, soil, remark) SELECT d, 'P-' || g, '2000-01-01'::date + g, 100 + g, g % 100, 'r' FROM unnest(ARRAY['N001', 'N002', 'S001', 'X001']) d, generate_series(1, 150) g;
INSERT INTO land.plot_ost (district, no, size, soil) SELECT 'O001', 'P-' || g, 50 + g, 5 FROM generate_series(1, 80) g;
INSERT INTO land.plot_west (district, no, size, soil) SELECT 'W001', 'P-' || g, 50 + g, 5 FROM generate_series(1, 80) g;
INSERT INTO land.owner (district, no, person_id, part) SELECT district, no, 1 + (row_number() OVER ()) % 600, 1 FROM land.plot;
INSERT INTO deeds.notary (id, person_id, seal, since) SELECT g, g, 'Seal ' || g, '2010-01-01' FROM generate_series(1, 20) g;
INSERT INTO deeds.deed (lodged, notary_id, state, title, body, cost) SELECT '2022-01-05'::timestamp + g * interval '1 day', 1 + g % 20, 'lodged', 'Deed ' || g, jsonb_build_object('n', g), g FROM generate_series(1, 900) g;
INSERT INTO deeds.deed_2021 (id, lodged, title) SELECT 10000 + g, '2021-01-05'::timestamp + g * interval '1 day', 'Old ' || g FROM generate_series(1, 100) g;
INSERT INTO deeds.party (deed_id, deed_lodged, seq, person_id) SELECT id, lodged, n, 1 + (id + n) % 600 FROM deeds.deed, generate_series(1, 2) n;
INSERT INTO deeds.attachment (id, deed_id, deed_lodged, file, mime, bytes) SELECT md5(id::text)::uuid, id, lodged, '\x0102', 'application/pdf', 2 FROM deeds.deed WHERE id % 3 = 0;
INSERT INTO tax.bill (owner_id, due, amount, paid_on, band) SELECT id, '2023-03-01', 100 + id, CASE WHEN id % 2 = 0 THEN '2023-02-01'::date END, 'mid' FROM land.owner;
INSERT INTO tax.rate SELECT y, b, 3.5 FROM generate_series(2015, 2024) y, unnest(enum_range(NULL::tax.band)) b;
INSERT INTO tax.payment (bill_id, amount, iban, booked) SELECT id, amount, 'DE' || id, now() FROM tax.bill WHERE paid_on IS NOT NULL;
INSERT INTO ledger.entry (id, at, what) SELECT g, '2023-01-01'::timestamptz + g * interval '1 day', 'x' FROM generate_series(1, 600) g;
INSERT INTO ledger.note (what) SELECT 'n' FROM generate_series(1, 60) g;
INSERT INTO ledger.queue (item) SELECT 'q' || g FROM generate_series(1, 30) g;
INSERT INTO land.building (id, plot_no, built, label) SELECT g, 'P-' || g, 1900, 'B' || g FROM generate_series(1, 40) g;
INSERT INTO land.house (id, plot_no, built, label, rooms) SELECT g, 'P-' || g, 1950, 'H' || g, 4 FROM generate_series(101, 160) g;
INSERT INTO land.farm (id, plot_no, built, label, stock) SELECT g, 'P-' || g, 1850, 'F' || g, 30 FROM generate_series(201, 230) g;
INSERT INTO land.manor (id, plot_no, built, label, towers) SELECT g, 'P-' || g, 1650, 'M' || g, 2 FROM generate_series(301, 305) g;
INSERT INTO land.ruin (id, plot_no, label) SELECT g, 'P-' || g, 'R' || g FROM generate_series(401, 420) g;
INSERT INTO land.marker SELECT g, g FROM generate_series(1, 50) g;
INSERT INTO "Old Books"."Page" SELECT g, 'Book ' || g % 3, 'text', g FROM generate_series(1, 90) g;
INSERT INTO land.survey (plot_no, method, quality, ip, bits) SELECT 'P-' || g, 'GPS', 0.5, '10.0.0.0/8', B'00000001' FROM generate_series(1, 200) g;
REFRESH MATERIALIZED VIEW tax.by_year;
REFRESH MATERIALIZED VIEW deeds.per_notary;

-- forms
ALTER TABLE land.person ADD COLUMN title varchar(20);
ALTER TABLE land.person ADD COLUMN IF NOT EXISTS born date NOT NULL DEFAULT '1900-01-01';
ALTER TABLE land.person ADD COLUMN IF NOT EXISTS died date, ADD COLUMN IF NOT EXISTS mail citext;
ALTER TABLE land.person ADD COLUMN uid uuid DEFAULT md5('x')::uuid NOT NULL;
ALTER TABLE land.person ADD COLUMN entered timestamptz NOT NULL DEFAULT clock_timestamp();
ALTER TABLE land.person ADD COLUMN no land.parcel_no;
ALTER TABLE land.person ADD COLUMN part land.share;
ALTER TABLE land.person ADD COLUMN page deeds.page;
ALTER TABLE land.person ADD COLUMN page deeds.page DEFAULT 3;
ALTER TABLE land.person ADD COLUMN debt tax.paid_euro DEFAULT 0;
ALTER TABLE land.person ADD COLUMN budget tax.euro NOT NULL DEFAULT 10.5;
ALTER TABLE land.person ADD COLUMN home land.spot DEFAULT ROW(1, 2)::land.spot;
ALTER TABLE land.person ADD COLUMN guardian bigint REFERENCES land.person;
ALTER TABLE land.person ADD COLUMN office_id int NOT NULL DEFAULT 1 REFERENCES land.office;
ALTER TABLE land.person ADD COLUMN seal text REFERENCES deeds.notary (seal);
ALTER TABLE land.person ADD COLUMN district char(4), ADD CONSTRAINT person_district FOREIGN KEY (district) REFERENCES land.district NOT VALID;
ALTER TABLE land.person ADD COLUMN full_name text GENERATED ALWAYS AS (given_name || ' ' || family_name) STORED;
ALTER TABLE land.person ADD COLUMN searched text GENERATED ALWAYS AS (land.norm(family_name)) STORED;
-- from 18
ALTER TABLE land.person ADD COLUMN full_name text GENERATED ALWAYS AS (given_name || ' ' || family_name) VIRTUAL;
-- from 18
ALTER TABLE land.person ADD COLUMN full_name text GENERATED ALWAYS AS (given_name || family_name) VIRTUAL NOT NULL;
ALTER TABLE land.person ADD COLUMN n serial UNIQUE;
ALTER TABLE land.person ADD COLUMN ref bigint DEFAULT deeds.next_folio();
ALTER TABLE land.person ADD COLUMN x int CONSTRAINT x_small CHECK (x < 10) DEFAULT 20;
ALTER TABLE land.person ADD COLUMN id int;
ALTER TABLE land.person ADD COLUMN ctid int;
ALTER TABLE land.person ADD COLUMN y no_such_type;
ALTER TABLE land.person ADD COLUMN shape geometry;
ALTER TABLE IF EXISTS land.persons ADD COLUMN z int;
ALTER TABLE land.persons ADD COLUMN z int;
ALTER TABLE land.district ADD COLUMN people int NOT NULL DEFAULT 0 CHECK (people >= 0), ADD COLUMN mayor bigint REFERENCES land.person ON DELETE SET NULL;
ALTER TABLE land.district ADD COLUMN code2 char(4) UNIQUE REFERENCES land.district (code);
ALTER TABLE land.plot ADD COLUMN drained boolean;
ALTER TABLE land.plot ADD COLUMN drained boolean NOT NULL DEFAULT false;
ALTER TABLE land.plot ADD COLUMN lot uuid DEFAULT md5(random()::text)::uuid;
ALTER TABLE land.plot ADD COLUMN acres numeric GENERATED ALWAYS AS (land.acres(size)) STORED;
ALTER TABLE land.plot ADD COLUMN steward bigint REFERENCES land.person;
ALTER TABLE land.plot ADD COLUMN steward bigint DEFAULT 1 CONSTRAINT plot_steward REFERENCES land.person ON DELETE SET DEFAULT;
ALTER TABLE land.plot ADD COLUMN IF NOT EXISTS soil smallint DEFAULT 3;
ALTER TABLE land.plot_nord ADD COLUMN river text;
ALTER TABLE ONLY land.plot ADD COLUMN river text;
ALTER TABLE land.plot_sued ADD COLUMN river text;
ALTER TABLE land.plot ADD COLUMN code int GENERATED ALWAYS AS IDENTITY;
ALTER TABLE deeds.deed ADD COLUMN sealed_by int REFERENCES deeds.notary;
ALTER TABLE deeds.deed ADD COLUMN copies smallint DEFAULT 1 CHECK (copies > 0);
ALTER TABLE deeds.deed ADD COLUMN words_de tsvector GENERATED ALWAYS AS (to_tsvector('german', title)) STORED;
ALTER TABLE deeds.party ADD COLUMN share land.share, ADD CHECK (seq < 100) NOT VALID;
ALTER TABLE land.building ADD COLUMN heritage boolean DEFAULT false NOT NULL;
ALTER TABLE land.building ADD COLUMN rooms int;
ALTER TABLE land.building ADD COLUMN rooms text;
ALTER TABLE land.building ADD COLUMN architect bigint REFERENCES land.person;
ALTER TABLE land.building ADD COLUMN worth numeric CHECK (worth > 0) NO INHERIT;
ALTER TABLE ONLY land.building ADD COLUMN cellar boolean;
ALTER TABLE land.house ADD COLUMN garage boolean DEFAULT true;
ALTER TABLE land.manor ADD COLUMN stock int;
ALTER TABLE land.marker ADD COLUMN z numeric;
ALTER TABLE land.import ADD COLUMN soil int;
ALTER TABLE land.nothing ADD COLUMN made timestamptz NOT NULL;
ALTER TABLE land.survey ADD COLUMN team text NOT NULL;
ALTER TABLE "Old Books"."Page" ADD COLUMN "Scan" bytea, ADD COLUMN "Read on" date DEFAULT now();
ALTER VIEW land.living ADD COLUMN x int;
ALTER TABLE land.living ADD COLUMN x int;
ALTER TABLE tax.by_year ADD COLUMN x int;
ALTER TABLE land.person DROP COLUMN extra;
ALTER TABLE land.person DROP COLUMN alive;
ALTER TABLE land.person DROP COLUMN alive CASCADE;
ALTER TABLE land.person DROP COLUMN family_name CASCADE;
ALTER TABLE land.person DROP COLUMN id CASCADE;
ALTER TABLE land.person DROP COLUMN IF EXISTS nickname;
ALTER TABLE land.person DROP COLUMN IF EXISTS tax_no, DROP COLUMN given_name RESTRICT;
ALTER TABLE land.person DROP COLUMN tax_no;
ALTER TABLE land.plot DROP COLUMN remark;
ALTER TABLE land.plot DROP COLUMN size;
ALTER TABLE land.plot DROP COLUMN size CASCADE;
ALTER TABLE land.plot DROP COLUMN district;
ALTER TABLE land.plot_nord DROP COLUMN soil;
ALTER TABLE land.plot DROP COLUMN folio;
ALTER TABLE land.plot DROP COLUMN no CASCADE;
ALTER TABLE land.owner DROP COLUMN person_id;
ALTER TABLE land.owner DROP COLUMN person_id CASCADE;
ALTER TABLE land.owner DROP COLUMN district;
ALTER TABLE deeds.deed DROP COLUMN notary_id;
ALTER TABLE deeds.deed DROP COLUMN notary_id CASCADE;
ALTER TABLE deeds.deed DROP COLUMN cost, DROP COLUMN words;
ALTER TABLE tax.bill DROP COLUMN amount;
ALTER TABLE tax.bill DROP COLUMN amount CASCADE;
ALTER TABLE tax.bill DROP COLUMN fine;
ALTER TABLE tax.bill DROP COLUMN id CASCADE;
ALTER TABLE tax.bill DROP COLUMN band;
ALTER TABLE land.building DROP COLUMN built;
ALTER TABLE ONLY land.building DROP COLUMN built;
ALTER TABLE land.building DROP COLUMN storeys;
ALTER TABLE land.house DROP COLUMN label;
ALTER TABLE land.house DROP COLUMN rooms;
ALTER TABLE deeds.attachment DROP COLUMN bytes;
ALTER TABLE deeds.attachment DROP COLUMN bytes CASCADE;
ALTER TABLE deeds.attachment DROP COLUMN file;
ALTER TABLE ledger.queue DROP COLUMN n;
ALTER TABLE land.import DROP COLUMN size;
ALTER TABLE land.person ALTER COLUMN family_name TYPE varchar(100);
ALTER TABLE land.person ALTER COLUMN tax_no TYPE varchar(20);
ALTER TABLE land.person ALTER COLUMN tax_no TYPE varchar(8);
ALTER TABLE land.person ALTER COLUMN tax_no TYPE text;
ALTER TABLE land.person ALTER COLUMN born TYPE timestamp;
ALTER TABLE land.person ALTER COLUMN given_name TYPE citext;
ALTER TABLE land.person ALTER COLUMN mail TYPE text;
ALTER TABLE land.person ALTER COLUMN extra TYPE jsonb USING extra::jsonb;
ALTER TABLE land.person ALTER COLUMN id TYPE numeric;
ALTER TABLE land.person ALTER COLUMN given_name TYPE text COLLATE "C";
ALTER TABLE land.person ALTER COLUMN tax_no TYPE varchar(12) COLLATE "POSIX";
ALTER TABLE land.person ALTER COLUMN alive TYPE int USING alive::int;
ALTER TABLE land.person ALTER COLUMN changed TYPE timestamp;
ALTER TABLE land.district ALTER COLUMN code TYPE varchar(4);
ALTER TABLE land.district ALTER COLUMN name TYPE varchar(40);
ALTER TABLE land.district ALTER COLUMN seat TYPE varchar;
ALTER TABLE land.office ALTER COLUMN id TYPE bigint;
ALTER TABLE land.office ALTER COLUMN label TYPE text;
ALTER TABLE land.office ALTER COLUMN district TYPE text;
ALTER TABLE land.office ALTER COLUMN floors TYPE int, ALTER COLUMN opened TYPE timestamptz;
ALTER TABLE land.plot ALTER COLUMN remark TYPE varchar(200);
ALTER TABLE land.plot ALTER COLUMN remark TYPE text;
ALTER TABLE land.plot ALTER COLUMN soil TYPE int;
ALTER TABLE land.plot ALTER COLUMN surveyed TYPE timestamp;
ALTER TABLE land.plot ALTER COLUMN no TYPE varchar(16);
ALTER TABLE land.plot ALTER COLUMN size TYPE numeric(12,2);
ALTER TABLE land.plot ALTER COLUMN folio TYPE numeric(20);
ALTER TABLE land.plot ALTER COLUMN use TYPE text;
ALTER TABLE land.plot ALTER COLUMN use TYPE text USING 'x';
ALTER TABLE land.plot_nord ALTER COLUMN remark TYPE text;
ALTER TABLE land.plot ALTER COLUMN changed TYPE timestamptz(3);
ALTER TABLE land.plot ALTER COLUMN altitude TYPE text;
ALTER TABLE deeds.deed ALTER COLUMN title TYPE varchar(500);
ALTER TABLE deeds.deed ALTER COLUMN body TYPE json;
ALTER TABLE deeds.deed ALTER COLUMN cost TYPE numeric(14,2);
ALTER TABLE deeds.deed ALTER COLUMN cost TYPE tax.paid_euro;
ALTER TABLE deeds.deed ALTER COLUMN notary_id TYPE bigint;
ALTER TABLE deeds.deed ALTER COLUMN lodged TYPE timestamptz;
ALTER TABLE deeds.deed ALTER COLUMN page TYPE int;
ALTER TABLE deeds.deed ALTER COLUMN state TYPE text USING state::text;
ALTER TABLE deeds.party ALTER COLUMN role TYPE varchar(40);
ALTER TABLE deeds.party ALTER COLUMN person_id TYPE int;
ALTER TABLE deeds.party ALTER COLUMN seq TYPE int;
ALTER TABLE deeds.notary ALTER COLUMN fee TYPE numeric;
ALTER TABLE deeds.notary ALTER COLUMN seal TYPE varchar(30);
ALTER TABLE deeds.notary ALTER COLUMN id TYPE smallint;
ALTER TABLE tax.payment ALTER COLUMN booked TYPE timestamp;
ALTER TABLE tax.payment ALTER COLUMN booked TYPE timestamp(0);
ALTER TABLE tax.payment ALTER COLUMN booked TYPE timestamptz;
ALTER TABLE tax.payment ALTER COLUMN memo TYPE varchar(200), ALTER COLUMN iban TYPE varchar(34);
ALTER TABLE tax.payment ALTER COLUMN amount TYPE numeric(12,2);
ALTER TABLE tax.payment ALTER COLUMN amount TYPE tax.euro;
ALTER TABLE tax.payment ALTER COLUMN bill_id TYPE bigint;
ALTER TABLE tax.bill ALTER COLUMN amount TYPE tax.euro;
ALTER TABLE tax.bill ALTER COLUMN due TYPE timestamp;
ALTER TABLE tax.bill ALTER COLUMN band TYPE text;
ALTER TABLE tax.bill ALTER COLUMN id TYPE bigint;
ALTER TABLE tax.bill ALTER COLUMN fine TYPE numeric(12,2);
ALTER TABLE tax.bill ALTER COLUMN late TYPE boolean USING coalesce(late, false);
ALTER TABLE tax.rate ALTER COLUMN percent TYPE numeric(6,2);
ALTER TABLE tax.rate ALTER COLUMN percent TYPE numeric(6,3);
ALTER TABLE tax.rate ALTER COLUMN year TYPE smallint;
ALTER TABLE land.building ALTER COLUMN label TYPE varchar(50);
ALTER TABLE land.building ALTER COLUMN built TYPE int;
ALTER TABLE ONLY land.building ALTER COLUMN built TYPE int;
ALTER TABLE land.house ALTER COLUMN rooms TYPE bigint;
ALTER TABLE land.house ALTER COLUMN built TYPE int;
ALTER TABLE land.survey ALTER COLUMN made TYPE timestamp(3);
ALTER TABLE land.survey ALTER COLUMN made TYPE timestamp;
ALTER TABLE land.survey ALTER COLUMN method TYPE char(5);
ALTER TABLE land.survey ALTER COLUMN method TYPE varchar(3);
ALTER TABLE land.survey ALTER COLUMN quality TYPE float8;
ALTER TABLE land.survey ALTER COLUMN ip TYPE inet;
ALTER TABLE land.survey ALTER COLUMN bits TYPE varbit;
ALTER TABLE land.survey ALTER COLUMN bits TYPE bit(16);
ALTER TABLE land.survey ALTER COLUMN plot_no TYPE land.parcel_no;
ALTER TABLE land.survey ALTER COLUMN points TYPE text[] USING points::text[];
ALTER TABLE land.survey ALTER COLUMN id TYPE bigint;
ALTER TABLE "Old Books"."Page" ALTER COLUMN "Book" TYPE varchar(20);
ALTER TABLE land.import ALTER COLUMN no TYPE varchar(10);
-- before: SET timezone = 'UTC'
ALTER TABLE tax.payment ALTER COLUMN booked TYPE timestamptz;
-- before: SET timezone = 'UTC'
ALTER TABLE deeds.deed_2021 ALTER COLUMN lodged TYPE timestamptz, ALTER COLUMN replaces_lodged TYPE timestamptz;
ALTER TABLE land.person ALTER COLUMN born SET NOT NULL;
ALTER TABLE land.person ALTER COLUMN extra SET NOT NULL;
-- before: ALTER TABLE land.person ADD CONSTRAINT born_known CHECK (born IS NOT NULL) NOT VALID
ALTER TABLE land.person ALTER COLUMN born SET NOT NULL;
-- before: ALTER TABLE land.person ADD CONSTRAINT born_known CHECK (born IS NOT NULL) NOT VALID
-- before: ALTER TABLE land.person VALIDATE CONSTRAINT born_known
ALTER TABLE land.person ALTER COLUMN born SET NOT NULL;
-- before: ALTER TABLE land.person ADD CONSTRAINT both_known CHECK (born IS NOT NULL AND mail IS NOT NULL)
ALTER TABLE land.person ALTER COLUMN born SET NOT NULL, ALTER COLUMN mail SET NOT NULL, ALTER COLUMN given_name SET NOT NULL;
-- from 18
-- before: ALTER TABLE land.person ADD CONSTRAINT born_nn NOT NULL born NOT VALID
ALTER TABLE land.person VALIDATE CONSTRAINT born_nn;
-- from 18
-- before: ALTER TABLE land.person ADD CONSTRAINT born_nn NOT NULL born NOT VALID
ALTER TABLE land.person ALTER COLUMN born SET NOT NULL;
-- from 18
ALTER TABLE land.building ADD CONSTRAINT built_nn NOT NULL built NOT VALID;
-- from 18
ALTER TABLE land.building ADD CONSTRAINT built_nn NOT NULL built NO INHERIT;
ALTER TABLE land.person ALTER COLUMN family_name DROP NOT NULL;
ALTER TABLE land.person ALTER COLUMN id DROP NOT NULL;
ALTER TABLE land.plot ALTER COLUMN size SET NOT NULL;
ALTER TABLE land.plot ALTER COLUMN use SET NOT NULL;
ALTER TABLE land.plot_nord ALTER COLUMN use SET NOT NULL;
-- before: ALTER TABLE land.plot_nord ALTER COLUMN use SET NOT NULL
ALTER TABLE land.plot ALTER COLUMN use SET NOT NULL;
-- before: ALTER TABLE land.plot ALTER COLUMN use SET NOT NULL
ALTER TABLE land.plot_nord ALTER COLUMN use DROP NOT NULL;
ALTER TABLE land.plot_nord ALTER COLUMN no DROP NOT NULL;
ALTER TABLE land.building ALTER COLUMN built SET NOT NULL;
ALTER TABLE ONLY land.building ALTER COLUMN built SET NOT NULL;
ALTER TABLE land.building ALTER COLUMN label DROP NOT NULL;
ALTER TABLE land.house ALTER COLUMN label DROP NOT NULL;
ALTER TABLE land.house ALTER COLUMN rooms SET NOT NULL;
ALTER TABLE deeds.deed ALTER COLUMN page DROP NOT NULL;
ALTER TABLE deeds.deed ALTER COLUMN title SET NOT NULL, ALTER COLUMN title SET DEFAULT '';
ALTER TABLE land.import ALTER COLUMN no SET NOT NULL;
ALTER TABLE land.person ALTER COLUMN alive DROP DEFAULT;
ALTER TABLE land.plot ALTER COLUMN folio SET DEFAULT nextval('deeds.folio_seq');
ALTER TABLE land.plot_sued ALTER COLUMN use SET DEFAULT 'forest';
ALTER TABLE land.building ALTER COLUMN storeys SET DEFAULT 2;
ALTER TABLE land.person ALTER COLUMN id SET DEFAULT 3;
ALTER TABLE tax.bill ALTER COLUMN fine SET DEFAULT 3;
ALTER TABLE land.living ALTER COLUMN mail SET DEFAULT 'none@land.example';
ALTER TABLE land.person ALTER COLUMN id RESTART;
ALTER TABLE land.person ALTER COLUMN id SET GENERATED BY DEFAULT SET START 10 SET CACHE 5;
ALTER TABLE land.person ALTER COLUMN id DROP IDENTITY;
ALTER TABLE deeds.deed ALTER COLUMN id SET GENERATED ALWAYS;
ALTER TABLE deeds.deed ALTER COLUMN id DROP IDENTITY;
ALTER TABLE land.building ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE tax.rate ALTER COLUMN year ADD GENERATED BY DEFAULT AS IDENTITY;
ALTER TABLE tax.rate ALTER COLUMN percent ADD GENERATED BY DEFAULT AS IDENTITY;
ALTER TABLE land.office ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE tax.bill ALTER COLUMN fine DROP EXPRESSION;
-- from 17
ALTER TABLE tax.bill ALTER COLUMN fine SET EXPRESSION AS (amount * 0.1);
ALTER TABLE land.plot ALTER COLUMN district SET STATISTICS 300;
ALTER TABLE deeds.deed ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE land.person ALTER COLUMN born SET STORAGE EXTERNAL;
ALTER TABLE land.building ALTER COLUMN label SET (n_distinct = 100);
ALTER INDEX land.person_lower ALTER COLUMN 1 SET STATISTICS 50;
ALTER INDEX land.person_name ALTER COLUMN 1 SET STATISTICS 50;
-- from 14
ALTER TABLE deeds.deed ALTER COLUMN title SET COMPRESSION pglz;
ALTER TABLE land.person ADD CONSTRAINT born_sane CHECK (born > '1800-01-01');
ALTER TABLE land.person ADD CHECK (born > '1800-01-01') NOT VALID;
ALTER TABLE land.person ADD CONSTRAINT person_tax_once CHECK (tax_no <> '');
ALTER TABLE land.person ADD CONSTRAINT old CHECK (born < '1901-01-01');
ALTER TABLE land.plot ADD CONSTRAINT plot_size CHECK (size < 1000000);
ALTER TABLE land.plot ADD CONSTRAINT plot_size CHECK (size < 1000000) NOT VALID;
-- before: ALTER TABLE land.plot ADD CONSTRAINT plot_size CHECK (size < 1000000) NOT VALID
ALTER TABLE land.plot VALIDATE CONSTRAINT plot_size;
-- before: ALTER TABLE land.plot_nord ADD CONSTRAINT plot_size CHECK (size < 1000000)
ALTER TABLE land.plot ADD CONSTRAINT plot_size CHECK (size < 1000000);
ALTER TABLE ONLY land.plot ADD CONSTRAINT plot_size CHECK (size < 1000000);
ALTER TABLE land.plot ADD CONSTRAINT plot_size CHECK (size < 1000000) NO INHERIT;
ALTER TABLE land.building ADD CONSTRAINT built_sane CHECK (built > 1000);
ALTER TABLE ONLY land.building ADD CONSTRAINT built_sane CHECK (built > 1000) NO INHERIT;
ALTER TABLE ONLY land.building ADD CONSTRAINT built_sane CHECK (built > 1000);
ALTER TABLE land.building DROP CONSTRAINT building_storeys;
ALTER TABLE ONLY land.building DROP CONSTRAINT building_storeys;
ALTER TABLE land.house DROP CONSTRAINT building_storeys;
ALTER TABLE land.building RENAME CONSTRAINT building_storeys TO has_storeys;
ALTER TABLE land.house RENAME CONSTRAINT building_storeys TO has_storeys;
ALTER TABLE deeds.attachment VALIDATE CONSTRAINT attachment_size;
ALTER TABLE tax.payment VALIDATE CONSTRAINT payment_positive;
ALTER TABLE tax.payment VALIDATE CONSTRAINT payment_bill;
ALTER TABLE tax.payment VALIDATE CONSTRAINT no_such;
ALTER TABLE tax.payment DROP CONSTRAINT payment_positive, ADD CONSTRAINT payment_positive CHECK (amount >= 0);
ALTER TABLE land.survey ADD PRIMARY KEY (id);
ALTER TABLE land.survey ADD CONSTRAINT survey_pk PRIMARY KEY USING INDEX survey_id;
-- before: CREATE UNIQUE INDEX survey_u ON land.survey (id, plot_no)
ALTER TABLE land.survey ADD CONSTRAINT survey_pk PRIMARY KEY USING INDEX survey_u;
-- before: CREATE UNIQUE INDEX survey_u ON land.survey (id) WHERE quality > 0
ALTER TABLE land.survey ADD CONSTRAINT survey_pk UNIQUE USING INDEX survey_u;
-- before: CREATE UNIQUE INDEX survey_made ON land.survey (id, made)
ALTER TABLE land.survey ADD CONSTRAINT survey_made UNIQUE USING INDEX survey_made DEFERRABLE, ALTER COLUMN plot_no SET NOT NULL;
ALTER TABLE land.survey ADD UNIQUE (plot_no);
ALTER TABLE land.survey ADD UNIQUE (method);
ALTER TABLE land.person ADD PRIMARY KEY (id);
ALTER TABLE land.person ADD CONSTRAINT name_once UNIQUE (family_name, given_name) INCLUDE (born);
-- from 15
ALTER TABLE land.person ADD CONSTRAINT mail_once UNIQUE NULLS NOT DISTINCT (mail);
ALTER TABLE land.plot ADD CONSTRAINT folio_once UNIQUE (folio, district);
ALTER TABLE land.plot ADD CONSTRAINT folio_once UNIQUE (folio);
ALTER TABLE land.plot_nord ADD CONSTRAINT folio_once UNIQUE (folio);
ALTER TABLE ledger.entry ADD PRIMARY KEY (id, at);
-- before: ALTER TABLE ledger.entry_early ADD PRIMARY KEY (id, at)
ALTER TABLE ledger.entry ADD PRIMARY KEY (id, at);
ALTER TABLE ONLY ledger.entry ADD PRIMARY KEY (id, at);
ALTER TABLE land.building ADD PRIMARY KEY (id);
ALTER TABLE tax.bill ADD CONSTRAINT bill_span EXCLUDE USING gist (owner_id WITH =, daterange(due, due + 1) WITH &&) WHERE (paid_on IS NULL);
ALTER TABLE land.person DROP CONSTRAINT person_pkey;
ALTER TABLE land.person DROP CONSTRAINT person_pkey CASCADE;
ALTER TABLE land.person DROP CONSTRAINT person_tax_once;
ALTER TABLE land.person DROP CONSTRAINT IF EXISTS person_none;
ALTER TABLE land.person DROP CONSTRAINT person_none;
ALTER TABLE land.plot DROP CONSTRAINT plot_key;
ALTER TABLE land.plot DROP CONSTRAINT plot_key CASCADE;
ALTER TABLE land.plot DROP CONSTRAINT plot_district;
ALTER TABLE land.plot_nord DROP CONSTRAINT plot_district;
ALTER TABLE land.plot DROP CONSTRAINT plot_soil;
ALTER TABLE land.owner DROP CONSTRAINT owner_plot;
ALTER TABLE land.owner DROP CONSTRAINT owner_once, DROP CONSTRAINT owner_person;
ALTER TABLE deeds.deed DROP CONSTRAINT deed_pkey CASCADE;
ALTER TABLE deeds.deed DROP CONSTRAINT deed_notary;
ALTER TABLE land.district DROP CONSTRAINT district_pkey CASCADE;
ALTER TABLE land.district DROP CONSTRAINT district_parent;
ALTER TABLE land.district ALTER CONSTRAINT district_parent DEFERRABLE;
ALTER TABLE land.owner ALTER CONSTRAINT owner_plot DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE land.plot ALTER CONSTRAINT plot_district DEFERRABLE;
ALTER TABLE deeds.notary ALTER CONSTRAINT notary_seal NOT DEFERRABLE;
-- from 18
ALTER TABLE land.owner ALTER CONSTRAINT owner_person NOT ENFORCED;
-- from 18
-- before: ALTER TABLE land.owner ALTER CONSTRAINT owner_person NOT ENFORCED
ALTER TABLE land.owner ALTER CONSTRAINT owner_person ENFORCED;
-- from 18
ALTER TABLE land.building ALTER CONSTRAINT building_storeys NO INHERIT;
ALTER TABLE land.person RENAME CONSTRAINT person_tax_once TO tax_once;
ALTER TABLE land.plot RENAME CONSTRAINT plot_key TO plot_pk;
ALTER TABLE land.survey ADD CONSTRAINT survey_plot FOREIGN KEY (plot_no) REFERENCES land.district (name);
ALTER TABLE land.survey ADD CONSTRAINT survey_person FOREIGN KEY (id) REFERENCES land.person;
ALTER TABLE land.survey ADD CONSTRAINT survey_person FOREIGN KEY (id) REFERENCES land.person NOT VALID;
-- before: ALTER TABLE land.survey ADD CONSTRAINT survey_person FOREIGN KEY (id) REFERENCES land.person NOT VALID
ALTER TABLE land.survey VALIDATE CONSTRAINT survey_person;
-- before: ALTER TABLE land.survey ADD CONSTRAINT survey_person FOREIGN KEY (id) REFERENCES land.person NOT VALID
DELETE FROM land.person WHERE id = 599;
ALTER TABLE land.survey ADD FOREIGN KEY (made) REFERENCES land.person;
ALTER TABLE land.survey ADD FOREIGN KEY (plot_no) REFERENCES land.person (family_name);
ALTER TABLE land.survey ADD FOREIGN KEY (quality) REFERENCES land.nothing;
ALTER TABLE deeds.attachment ADD CONSTRAINT again FOREIGN KEY (deed_id, deed_lodged) REFERENCES deeds.deed ON DELETE SET NULL;
ALTER TABLE "Old Books"."Page" ADD FOREIGN KEY (deed_id) REFERENCES deeds.deed;
ALTER TABLE land.plot_ost ADD CONSTRAINT plot_district FOREIGN KEY (district) REFERENCES land.district ON UPDATE CASCADE;
ALTER TABLE deeds.deed ADD CONSTRAINT deed_replaces FOREIGN KEY (replaces, replaces_lodged) REFERENCES deeds.deed;
ALTER TABLE deeds.deed ADD CONSTRAINT deed_page FOREIGN KEY (page) REFERENCES land.survey (id) NOT VALID;
ALTER TABLE ledger.entry ADD CONSTRAINT entry_note FOREIGN KEY (id) REFERENCES ledger.note NOT VALID;
ALTER TABLE ONLY deeds.deed ADD CONSTRAINT deed_survey FOREIGN KEY (page) REFERENCES land.survey (id);
ALTER TABLE land.building ADD FOREIGN KEY (id) REFERENCES ledger.note;
ALTER TABLE land.farm ADD FOREIGN KEY (id) REFERENCES land.house;
ALTER TABLE ledger.queue ADD FOREIGN KEY (n) REFERENCES ledger.note;
ALTER TABLE ledger.note ADD FOREIGN KEY (id) REFERENCES ledger.queue (n);
-- from 15
ALTER TABLE deeds.party ADD CONSTRAINT party_two FOREIGN KEY (deed_id, deed_lodged) REFERENCES deeds.deed ON DELETE SET NULL (deed_id) NOT VALID;
-- from 18
ALTER TABLE land.owner ADD CONSTRAINT owner_period UNIQUE (person_id, no, held WITHOUT OVERLAPS);
ALTER TABLE land.plot ATTACH PARTITION land.plot_ost FOR VALUES IN ('O001');
ALTER TABLE land.plot ATTACH PARTITION land.plot_west FOR VALUES IN ('W001');
ALTER TABLE land.plot ATTACH PARTITION land.plot_west FOR VALUES IN ('N001');
-- before: ALTER TABLE land.plot_west ALTER COLUMN folio SET DEFAULT 1, ADD CONSTRAINT plot_soil CHECK (soil BETWEEN 0 AND 100)
ALTER TABLE land.plot ATTACH PARTITION land.plot_west FOR VALUES IN ('W001');
-- before: ALTER TABLE land.plot_rest ADD CONSTRAINT no_ost CHECK (district <> 'O001')
ALTER TABLE land.plot ATTACH PARTITION land.plot_ost FOR VALUES IN ('O001');
-- before: ALTER TABLE land.plot_ost ADD PRIMARY KEY (district, no)
-- before: ALTER TABLE land.plot_ost ADD CONSTRAINT plot_district FOREIGN KEY (district) REFERENCES land.district ON UPDATE CASCADE
-- before: CREATE INDEX plot_ost_surveyed ON land.plot_ost (surveyed)
ALTER TABLE land.plot ATTACH PARTITION land.plot_ost FOR VALUES IN ('O001');
-- before: CREATE TRIGGER plot_log AFTER INSERT ON land.plot_ost FOR EACH ROW EXECUTE FUNCTION ledger.log()
ALTER TABLE land.plot ATTACH PARTITION land.plot_ost FOR VALUES IN ('O001');
ALTER TABLE deeds.deed ATTACH PARTITION deeds.deed_2021 FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
ALTER TABLE deeds.deed ATTACH PARTITION deeds.deed_2021 FOR VALUES FROM ('2021-06-01') TO ('2022-01-01');
ALTER TABLE deeds.deed ATTACH PARTITION deeds.deed_2021 FOR VALUES FROM ('2021-01-01') TO ('2022-06-01');
ALTER TABLE deeds.deed ATTACH PARTITION deeds.deed_2021 DEFAULT;
-- before: ALTER TABLE deeds.deed_2021 DROP CONSTRAINT of_2021
ALTER TABLE deeds.deed ATTACH PARTITION deeds.deed_2021 FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
ALTER TABLE deeds.deed ATTACH PARTITION land.ruin FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');
ALTER TABLE land.plot ATTACH PARTITION land.house FOR VALUES IN ('Z');
ALTER TABLE ledger.note ATTACH PARTITION ledger.queue DEFAULT;
ALTER TABLE land.plot DETACH PARTITION land.plot_nord;
ALTER TABLE land.plot DETACH PARTITION land.plot_sued;
ALTER TABLE land.plot DETACH PARTITION land.plot_rest;
ALTER TABLE land.plot_sued DETACH PARTITION land.plot_sued_1;
ALTER TABLE deeds.deed DETACH PARTITION deeds.deed_2022;
ALTER TABLE ledger.entry DETACH PARTITION ledger.entry_early;
-- from 14
ALTER TABLE ledger.entry DETACH PARTITION ledger.entry_early CONCURRENTLY;
-- from 14
ALTER TABLE land.plot DETACH PARTITION land.plot_nord CONCURRENTLY;
-- from 14
ALTER TABLE ledger.entry DETACH PARTITION ledger.entry_early FINALIZE;
ALTER TABLE ledger.entry DETACH PARTITION ledger.note;
-- before: ALTER TABLE ledger.entry DETACH PARTITION ledger.entry_early
DROP TABLE ledger.entry_early;
-- before: ALTER TABLE ledger.entry DETACH PARTITION ledger.entry_early
ALTER TABLE ledger.entry ATTACH PARTITION ledger.entry_early FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
-- before: TRUNCATE ledger.entry_early
-- before: ALTER TABLE ledger.entry DETACH PARTITION ledger.entry_early
ALTER TABLE ledger.entry_early ADD COLUMN kept boolean NOT NULL DEFAULT true;
CREATE TABLE deeds.deed_2025 PARTITION OF deeds.deed FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE IF NOT EXISTS deeds.deed_2024 PARTITION OF deeds.deed FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE deeds.deed_2024b PARTITION OF deeds.deed FOR VALUES FROM ('2024-06-01') TO ('2025-06-01');
CREATE TABLE deeds.deed_else PARTITION OF deeds.deed DEFAULT;
CREATE TABLE land.plot_bay PARTITION OF land.plot (soil DEFAULT 7, CHECK (size > 1)) FOR VALUES IN ('B001') PARTITION BY LIST (no);
CREATE TABLE land.plot_exklave PARTITION OF land.plot FOR VALUES IN ('X001');
CREATE TABLE land.plot_rest2 PARTITION OF land.plot DEFAULT;
CREATE TABLE land.plot_sued_2 PARTITION OF land.plot_sued FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE ledger.entry_never PARTITION OF ledger.entry FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');
CREATE TABLE land.plot_z PARTITION OF land.person DEFAULT;
CREATE TABLE land.lease (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, district char(4), no land.parcel_no, tenant bigint NOT NULL REFERENCES land.person, until date, FOREIGN KEY (district, no) REFERENCES land.plot ON DELETE CASCADE);
CREATE TABLE IF NOT EXISTS land.office (id int PRIMARY KEY, person_id bigint REFERENCES land.person);
CREATE TABLE land.office (id int PRIMARY KEY, person_id bigint REFERENCES land.person);
CREATE TABLE land.owner_copy (LIKE land.owner INCLUDING ALL);
CREATE TABLE land.plot_copy (LIKE land.plot INCLUDING DEFAULTS INCLUDING INDEXES) PARTITION BY LIST (district);
CREATE TABLE land.castle (walls int) INHERITS (land.manor);
CREATE TABLE land.mill (wheel int, label varchar(10)) INHERITS (land.building);
CREATE TABLE land.mill (wheel int, storeys smallint DEFAULT 3) INHERITS (land.building);
CREATE TABLE land.marker_two OF land.spot (x WITH OPTIONS NOT NULL, PRIMARY KEY (x));
CREATE TABLE tax.snapshot AS SELECT * FROM tax.bill WHERE late;
CREATE TABLE IF NOT EXISTS tax.rate AS SELECT * FROM tax.bill;
CREATE TABLE land.names AS SELECT family_name, land.holds(id) FROM land.living WITH NO DATA;
CREATE TABLE tax.rebate (year int, band tax.band, FOREIGN KEY (year, band) REFERENCES tax.rate);
CREATE TABLE tax.rebate (year int REFERENCES tax.rate (year));
CREATE TABLE no_such_schema.t (id int);
CREATE TEMP TABLE picked AS SELECT id FROM land.person WHERE alive;
CREATE TEMP TABLE ref (p bigint REFERENCES land.person);
CREATE UNLOGGED TABLE tax.fast (b int REFERENCES tax.bill);
ALTER TABLE land.ruin INHERIT land.building;
-- before: ALTER TABLE land.ruin ALTER COLUMN storeys SET DEFAULT 1
ALTER TABLE land.ruin INHERIT land.house;
-- before: ALTER TABLE land.ruin INHERIT land.building
ALTER TABLE land.building ADD COLUMN tiles text;
-- before: ALTER TABLE land.ruin INHERIT land.building
ALTER TABLE land.ruin NO INHERIT land.building;
ALTER TABLE land.manor NO INHERIT land.farm;
ALTER TABLE land.house NO INHERIT land.building;
ALTER TABLE land.plot_nord NO INHERIT land.plot;
ALTER TABLE land.marker NOT OF;
ALTER TABLE land.survey OF land.spot;
ALTER TABLE land.district RENAME TO county;
ALTER TABLE land.plot RENAME TO parcel;
ALTER TABLE land.plot_nord RENAME TO plot_n;
ALTER TABLE land.person RENAME COLUMN mail TO email;
ALTER TABLE land.plot RENAME soil TO grade;
ALTER TABLE land.plot_nord RENAME soil TO grade;
ALTER TABLE ONLY land.building RENAME COLUMN built TO year_built;
ALTER TABLE land.building RENAME COLUMN built TO year_built;
ALTER TABLE land.house RENAME COLUMN label TO name;
ALTER TABLE land.marker RENAME COLUMN x TO east;
ALTER TABLE land.holding RENAME COLUMN part TO fraction;
ALTER VIEW land.holding RENAME TO holdings;
ALTER INDEX land.person_name RENAME TO person_names_idx;
ALTER INDEX land.plot_surveyed RENAME TO plot_survey_idx;
ALTER TABLE land.person_name RENAME TO person_names_idx;
ALTER INDEX IF EXISTS land.no_such_index RENAME TO z;
ALTER SEQUENCE deeds.folio_seq RENAME TO page_seq;
ALTER TABLE tax.by_year RENAME TO yearly;
ALTER MATERIALIZED VIEW tax.by_year RENAME COLUMN bills TO n;
ALTER TABLE land.person RENAME TO owner;
-- before: ALTER TABLE land.person RENAME TO human
ALTER TABLE land.owner DROP CONSTRAINT owner_person;
-- before: ALTER TABLE land.person RENAME TO human
-- before: CREATE VIEW land.person AS SELECT * FROM land.human
UPDATE land.person SET mail = NULL WHERE id = 5;
-- before: ALTER TABLE land.person RENAME COLUMN tax_no TO tin
ALTER TABLE land.person ALTER COLUMN tin TYPE varchar(30);
ALTER TABLE land.survey SET SCHEMA deeds;
ALTER TABLE land.plot SET SCHEMA deeds;
ALTER TABLE tax.bill SET SCHEMA ledger;
ALTER TABLE land.person SET SCHEMA land;
ALTER VIEW land.large_holding SET SCHEMA tax;
ALTER SEQUENCE tax.bill_no SET SCHEMA land;
ALTER SEQUENCE ledger.loose SET SCHEMA land;
ALTER TYPE land.use SET SCHEMA tax;
ALTER DOMAIN land.area SET SCHEMA tax;
ALTER FUNCTION land.acres(numeric) SET SCHEMA tax;
ALTER EXTENSION citext SET SCHEMA land;
ALTER SCHEMA land RENAME TO ground;
ALTER TABLE land.person SET (fillfactor = 70);
ALTER TABLE land.person SET (autovacuum_enabled = false, toast.autovacuum_enabled = false);
ALTER TABLE land.person RESET (fillfactor);
ALTER TABLE land.plot SET (fillfactor = 70);
ALTER TABLE land.plot_nord SET (parallel_workers = 2);
ALTER TABLE deeds.attachment SET (toast_tuple_target = 256);
ALTER TABLE land.person SET (fill_factor = 70);
ALTER INDEX land.person_name SET (fillfactor = 60);
ALTER INDEX land.person_extra SET (fastupdate = off);
ALTER INDEX deeds.deed_body SET (fastupdate = off);
ALTER INDEX land.plot_surveyed SET (fillfactor = 60);
ALTER TABLE land.person CLUSTER ON person_name;
ALTER TABLE land.person SET WITHOUT CLUSTER;
ALTER TABLE land.person SET WITHOUT OIDS;
ALTER TABLE ledger.queue SET LOGGED;
ALTER TABLE ledger.note SET UNLOGGED;
ALTER TABLE land.person SET UNLOGGED;
ALTER TABLE tax.rate SET UNLOGGED;
ALTER TABLE land.owner SET UNLOGGED;
ALTER TABLE land.person REPLICA IDENTITY FULL;
ALTER TABLE land.person REPLICA IDENTITY USING INDEX person_tax_once;
ALTER TABLE land.survey REPLICA IDENTITY USING INDEX survey_id;
ALTER TABLE land.plot REPLICA IDENTITY NOTHING;
ALTER TABLE land.plot ENABLE ROW LEVEL SECURITY;
ALTER TABLE deeds.attachment NO FORCE ROW LEVEL SECURITY;
ALTER TABLE land.person DISABLE TRIGGER ALL;
ALTER TABLE land.person DISABLE TRIGGER USER;
ALTER TABLE land.plot DISABLE TRIGGER plot_log;
ALTER TABLE ONLY land.plot ENABLE ALWAYS TRIGGER plot_log;
ALTER TABLE tax.rate ENABLE REPLICA TRIGGER rate_silent;
ALTER TABLE land.ruin DISABLE RULE ruin_noted;
ALTER TABLE land.person OWNER TO registrar;
ALTER TABLE land.plot OWNER TO registrar;
ALTER VIEW land.living OWNER TO registrar;
ALTER SEQUENCE land.owner_id_seq OWNER TO registrar;
-- from 15
ALTER TABLE land.person SET ACCESS METHOD heap;
ALTER TABLE land.person SET TABLESPACE pg_default;
ALTER TABLE land.plot SET TABLESPACE pg_default;
ALTER TABLE land.person ALTER COLUMN born SET NOT NULL, ADD COLUMN a int, DROP COLUMN extra, ADD CONSTRAINT aa CHECK (a > 0);
ALTER TABLE land.person ADD COLUMN a int, ALTER COLUMN a SET DEFAULT 3;
ALTER TABLE land.person DROP COLUMN given_name, ADD COLUMN given_name varchar(50) NOT NULL DEFAULT '';
ALTER TABLE land.owner DROP CONSTRAINT owner_person, ADD CONSTRAINT owner_person FOREIGN KEY (person_id) REFERENCES land.person ON DELETE RESTRICT NOT VALID;
ALTER TABLE land.owner VALIDATE CONSTRAINT owner_person, VALIDATE CONSTRAINT owner_plot;
ALTER TABLE deeds.deed ALTER COLUMN title TYPE text, ALTER COLUMN cost DROP DEFAULT, ALTER COLUMN page SET DEFAULT 2;
ALTER TABLE tax.payment ALTER COLUMN amount SET NOT NULL, VALIDATE CONSTRAINT payment_positive;
CREATE INDEX ON land.person (mail);
CREATE INDEX person_name ON land.person (born);
CREATE INDEX IF NOT EXISTS person_name ON land.person (born);
CREATE INDEX CONCURRENTLY person_born ON land.person (born);
CREATE INDEX CONCURRENTLY IF NOT EXISTS person_name ON land.person (born);
CREATE UNIQUE INDEX person_mail ON land.person (mail) WHERE alive;
CREATE INDEX person_expr ON land.person (land.norm(given_name));
CREATE INDEX person_holds ON land.person (land.holds(id));
CREATE INDEX ON land.plot (use);
CREATE INDEX ON ONLY land.plot (use);
CREATE INDEX CONCURRENTLY ON land.plot (use);
CREATE UNIQUE INDEX ON land.plot (folio);
CREATE UNIQUE INDEX ON land.plot (district, folio);
CREATE INDEX ON land.plot_sued (use);
CREATE INDEX ON land.plot_sued_0 (use);
CREATE INDEX CONCURRENTLY ON deeds.deed_2022 (state);
-- before: CREATE INDEX deed_2022_state ON deeds.deed_2022 (state)
CREATE INDEX deed_state ON deeds.deed (state);
-- before: CREATE INDEX deed_state ON ONLY deeds.deed (state)
-- before: CREATE INDEX deed_2022_state ON deeds.deed_2022 (state)
ALTER INDEX deeds.deed_state ATTACH PARTITION deeds.deed_2022_state;
-- before: CREATE INDEX deed_title ON ONLY deeds.deed (title)
-- before: CREATE INDEX deed_2022_state ON deeds.deed_2022 (state)
ALTER INDEX deeds.deed_title ATTACH PARTITION deeds.deed_2022_state;
CREATE INDEX ON land.building (built);
CREATE INDEX ON tax.by_year (total);
CREATE INDEX CONCURRENTLY ON tax.by_year (total);
CREATE INDEX ON land.living (mail);
CREATE INDEX ON land.import (no);
CREATE INDEX survey_points ON land.survey USING gin (points);
CREATE INDEX survey_gin ON land.survey USING gin (plot_no);
CREATE INDEX survey_quality ON land.survey USING hash (quality);
CREATE INDEX survey_brin ON land.survey USING brin (made) WITH (pages_per_range = 16);
CREATE INDEX "Page Text" ON "Old Books"."Page" USING gist ("Text" gist_trgm_ops);
DROP INDEX land.person_name;
DROP INDEX CONCURRENTLY land.person_name;
DROP INDEX person_name;
DROP INDEX IF EXISTS person_name;
DROP INDEX land.person_pkey;
DROP INDEX land.plot_surveyed;
DROP INDEX CONCURRENTLY land.plot_surveyed;
DROP INDEX land.plot_nord_surveyed_idx;
DROP INDEX land.person_lower, tax.bill_open;
DROP INDEX "Old Books"."Page Book";
-- before: SET search_path = land, deeds
DROP INDEX person_name, deed_body;
-- before: CREATE INDEX CONCURRENTLY late_idx ON tax.bill (late)
DROP INDEX tax.late_idx;
REINDEX INDEX land.person_name;
REINDEX TABLE land.person;
-- from 14
REINDEX TABLE land.plot;
-- from 14
REINDEX INDEX land.plot_surveyed;
REINDEX INDEX CONCURRENTLY land.person_trgm;
REINDEX TABLE CONCURRENTLY deeds.notary;
-- from 14
REINDEX TABLE CONCURRENTLY deeds.deed;
REINDEX TABLE CONCURRENTLY land.owner;
REINDEX SCHEMA tax;
REINDEX TABLE tax.by_year;
CREATE VIEW land.poor AS SELECT * FROM land.holding WHERE part < 0.1;
CREATE OR REPLACE VIEW land.living AS SELECT id, family_name, given_name, mail, born FROM land.person WHERE alive;
CREATE OR REPLACE VIEW land.living AS SELECT id, family_name FROM land.person;
CREATE OR REPLACE VIEW land.holding AS SELECT o.id, o.part, p.family_name, pl.size FROM land.person p, land.owner o, land.plot_nord pl WHERE p.id = o.person_id AND pl.no = o.no;
CREATE RECURSIVE VIEW land.line (code) AS SELECT code FROM land.district WHERE parent IS NULL UNION ALL SELECT d.code FROM land.district d, line l WHERE d.parent = l.code;
CREATE TEMP VIEW mine AS SELECT * FROM tax.best_year;
DROP VIEW land.living;
DROP VIEW land.holding;
DROP VIEW land.holding CASCADE;
DROP VIEW IF EXISTS land.none, land.living;
DROP VIEW tax.by_year;
DROP MATERIALIZED VIEW tax.by_year;
DROP MATERIALIZED VIEW tax.by_year CASCADE;
CREATE MATERIALIZED VIEW land.stats AS SELECT district, count(*) FROM land.plot GROUP BY district;
CREATE MATERIALIZED VIEW land.stats AS SELECT * FROM land.large_holding WITH NO DATA;
CREATE MATERIALIZED VIEW IF NOT EXISTS tax.by_year AS SELECT * FROM tax.bill;
REFRESH MATERIALIZED VIEW tax.by_year;
REFRESH MATERIALIZED VIEW CONCURRENTLY tax.by_year;
REFRESH MATERIALIZED VIEW CONCURRENTLY deeds.per_notary;
REFRESH MATERIALIZED VIEW land.large_names;
REFRESH MATERIALIZED VIEW CONCURRENTLY land.large_names;
-- before: REFRESH MATERIALIZED VIEW land.large_names
SELECT count(*) FROM land.large_names;
SELECT count(*) FROM land.large_names;
CREATE TRIGGER person_log AFTER INSERT ON land.person FOR EACH ROW EXECUTE FUNCTION ledger.log();
CREATE TRIGGER plot_stamp BEFORE UPDATE ON land.plot FOR EACH ROW EXECUTE FUNCTION ledger.stamp();
CREATE TRIGGER holding_in INSTEAD OF INSERT ON land.holding FOR EACH ROW EXECUTE FUNCTION ledger.log();
-- from 14
CREATE OR REPLACE TRIGGER person_stamp BEFORE UPDATE ON land.person FOR EACH ROW EXECUTE FUNCTION ledger.stamp();
CREATE TRIGGER person_stamp BEFORE UPDATE ON land.person FOR EACH ROW EXECUTE FUNCTION ledger.stamp();
CREATE CONSTRAINT TRIGGER office_late AFTER INSERT ON land.office FROM land.district DEFERRABLE FOR EACH ROW EXECUTE FUNCTION ledger.log();
CREATE TRIGGER tax_bad AFTER INSERT ON tax.rate FOR EACH ROW EXECUTE FUNCTION land.holds();
DROP TRIGGER person_stamp ON land.person;
DROP TRIGGER plot_log ON land.plot;
DROP TRIGGER plot_log ON land.plot_nord;
DROP TRIGGER IF EXISTS none ON land.person;
DROP TRIGGER none ON land.person;
ALTER TRIGGER plot_log ON land.plot RENAME TO plot_noted;
ALTER TRIGGER person_stamp ON land.person DEPENDS ON EXTENSION citext;
CREATE RULE district_kept AS ON DELETE TO land.district DO INSTEAD NOTHING;
CREATE OR REPLACE RULE ruin_noted AS ON INSERT TO land.ruin DO ALSO INSERT INTO ledger.queue (item) SELECT label FROM land.building WHERE id = NEW.id;
CREATE RULE living_gone AS ON DELETE TO land.living DO INSTEAD UPDATE land.person SET alive = false WHERE id = OLD.id;
DROP RULE rate_kept ON tax.rate;
ALTER RULE rate_kept ON tax.rate RENAME TO rate_stays;
CREATE POLICY person_self ON land.person USING (id IN (SELECT person_id FROM land.owner));
CREATE POLICY owner_read ON land.owner USING (true);
ALTER POLICY owner_read ON land.owner USING (part > 0.5 AND EXISTS (SELECT 1 FROM deeds.notary));
ALTER POLICY owner_of_mine ON land.owner TO registrar;
DROP POLICY owner_of_mine ON land.owner;
DROP POLICY IF EXISTS none ON land.owner;
CREATE STATISTICS land.plot_stats ON use, soil FROM land.plot;
CREATE STATISTICS IF NOT EXISTS land.person_names ON born, mail FROM land.person;
-- from 14
CREATE STATISTICS tax.expr ON (extract(month FROM due)) FROM tax.bill;
ALTER STATISTICS tax.bill_stats SET STATISTICS 200;
DROP STATISTICS tax.bill_stats;
CREATE SEQUENCE IF NOT EXISTS deeds.folio_seq;
CREATE SEQUENCE land.new_seq OWNED BY land.person.id;
CREATE SEQUENCE land.new_seq OWNED BY land.building.id;
ALTER SEQUENCE deeds.folio_seq RESTART 9000;
ALTER SEQUENCE deeds.folio_seq AS int;
ALTER SEQUENCE deeds.folio_seq OWNED BY land.plot.folio;
ALTER SEQUENCE tax.bill_no OWNED BY NONE;
ALTER SEQUENCE tax.bill_no AS bigint MAXVALUE 100000000;
ALTER SEQUENCE land.person_id_seq RESTART;
ALTER SEQUENCE IF EXISTS land.no_seq RESTART;
DROP SEQUENCE deeds.folio_seq;
DROP SEQUENCE deeds.folio_seq CASCADE;
DROP SEQUENCE tax.bill_no;
DROP SEQUENCE tax.bill_no CASCADE;
DROP SEQUENCE land.person_id_seq;
DROP SEQUENCE ledger.loose;
ALTER TYPE land.use ADD VALUE 'quarry';
ALTER TYPE land.use ADD VALUE IF NOT EXISTS 'forest';
ALTER TYPE land.use RENAME VALUE 'water' TO 'lake';
ALTER TYPE deeds.state ADD VALUE 'lodged';
ALTER TYPE land.spot ADD ATTRIBUTE z numeric;
ALTER TYPE land.spot ADD ATTRIBUTE z numeric CASCADE;
ALTER TYPE land.spot ALTER ATTRIBUTE x TYPE numeric(12,2);
ALTER TYPE land.boundary ADD ATTRIBUTE up text;
ALTER TYPE land.boundary ALTER ATTRIBUTE north TYPE varchar(10);
ALTER TYPE land.boundary RENAME ATTRIBUTE north TO n;
ALTER TYPE land.boundary DROP ATTRIBUTE west;
ALTER TYPE land.spot DROP ATTRIBUTE y CASCADE;
ALTER DOMAIN land.parcel_no ADD CONSTRAINT short CHECK (length(VALUE) < 16);
ALTER DOMAIN land.parcel_no ADD CONSTRAINT short CHECK (length(VALUE) < 16) NOT VALID;
-- before: ALTER DOMAIN land.parcel_no ADD CONSTRAINT short CHECK (length(VALUE) < 16) NOT VALID
ALTER DOMAIN land.parcel_no VALIDATE CONSTRAINT short;
ALTER DOMAIN land.parcel_no DROP CONSTRAINT parcel_no_form;
ALTER DOMAIN land.area SET NOT NULL;
ALTER DOMAIN deeds.page DROP NOT NULL;
ALTER DOMAIN tax.euro ADD CHECK (VALUE < 1000000000);
ALTER DOMAIN tax.euro SET NOT NULL;
ALTER DOMAIN land.share SET DEFAULT 0.5;
ALTER DOMAIN deeds.spare SET NOT NULL;
DROP DOMAIN deeds.spare;
DROP DOMAIN land.share;
DROP DOMAIN land.share CASCADE;
DROP TYPE land.use;
DROP TYPE land.use CASCADE;
DROP TYPE land.span CASCADE;
DROP TYPE land.spot CASCADE;
DROP TYPE tax.band CASCADE;
DROP TYPE land.nothing;
DROP TABLE land.survey;
DROP TABLE land.person;
DROP TABLE land.person CASCADE;
DROP TABLE land.plot;
DROP TABLE land.plot CASCADE;
DROP TABLE land.plot_nord;
DROP TABLE land.plot_sued;
DROP TABLE deeds.deed_2022;
DROP TABLE deeds.deed CASCADE;
DROP TABLE ledger.entry_late;
DROP TABLE land.building;
DROP TABLE land.building CASCADE;
DROP TABLE land.manor;
DROP TABLE land.house CASCADE;
DROP TABLE tax.bill, tax.payment;
DROP TABLE tax.bill CASCADE;
DROP TABLE IF EXISTS land.none, land.marker;
DROP TABLE land.district CASCADE;
DROP TABLE deeds.party, deeds.attachment;
DROP TABLE land.living;
DROP TABLE survey;
DROP TABLE IF EXISTS survey;
DROP FOREIGN TABLE land.import;
DROP SCHEMA ledger;
DROP SCHEMA ledger CASCADE;
DROP SCHEMA "Old Books" CASCADE;
DROP SCHEMA tax CASCADE;
DROP FUNCTION land.acres(numeric);
DROP FUNCTION ledger.stamp();
DROP FUNCTION ledger.log CASCADE;
DROP FUNCTION deeds.next_folio();
DROP FUNCTION deeds.next_folio() CASCADE;
DROP FUNCTION land.holds(int);
DROP PROCEDURE tax.close_year(int);
DROP AGGREGATE land.joined(text);
DROP EXTENSION hstore;
DROP EXTENSION hstore CASCADE;
DROP EXTENSION btree_gist CASCADE;
DROP EXTENSION pg_trgm CASCADE;
DROP EXTENSION citext;
DROP ROLE registrar;
DROP OWNED BY notary_role;
CREATE OR REPLACE FUNCTION land.acres(m2 numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT m2 / 4046.8564224 $$;
CREATE OR REPLACE FUNCTION land.acres(m2 numeric) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT m2::text $$;
CREATE OR REPLACE FUNCTION land.holds(person bigint) RETURNS numeric LANGUAGE sql STABLE AS $$ SELECT 1.0 $$;
CREATE FUNCTION land.holds(p bigint) RETURNS numeric LANGUAGE sql AS $$ SELECT 2.0 $$;
CREATE FUNCTION land.total() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM land.no_such $$;
ALTER FUNCTION land.norm(text) VOLATILE;
ALTER FUNCTION land.norm(text) RENAME TO normal;
CREATE PUBLICATION deed_pub FOR TABLE deeds.deed;
CREATE PUBLICATION two_pub FOR TABLE land.person, tax.rate, land.plot_nord;
CREATE PUBLICATION all_pub FOR ALL TABLES;
-- from 15
CREATE PUBLICATION schema_pub FOR TABLES IN SCHEMA tax, land;
-- from 15
CREATE PUBLICATION part_pub FOR TABLE land.person (id, family_name) WHERE (alive), TABLE deeds.notary;
ALTER PUBLICATION land_pub ADD TABLE land.office;
ALTER PUBLICATION land_pub ADD TABLE land.person;
ALTER PUBLICATION land_pub SET TABLE land.owner, land.district;
ALTER PUBLICATION land_pub DROP TABLE land.person;
ALTER PUBLICATION land_pub DROP TABLE land.office;
-- from 15
ALTER PUBLICATION empty_pub ADD TABLES IN SCHEMA deeds;
-- from 15
-- before: CREATE PUBLICATION narrow FOR TABLE land.person (id, mail)
ALTER TABLE land.person DROP COLUMN mail;
-- from 15
-- before: CREATE PUBLICATION narrow FOR TABLE land.person (id, mail) WHERE (id > 5)
ALTER TABLE land.person ALTER COLUMN mail TYPE text;
ALTER PUBLICATION empty_pub ADD TABLE land.living;
ALTER PUBLICATION tax_pub SET (publish = 'insert');
DROP PUBLICATION land_pub, tax_pub;
CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=9' PUBLICATION p WITH (connect = false);
TRUNCATE land.person;
TRUNCATE land.person CASCADE;
TRUNCATE land.plot CASCADE;
TRUNCATE land.plot_nord;
TRUNCATE deeds.deed_2022 CASCADE;
TRUNCATE deeds.deed, deeds.party, deeds.attachment;
TRUNCATE ONLY land.building;
TRUNCATE land.building RESTART IDENTITY;
TRUNCATE ONLY land.plot;
TRUNCATE land.office;
TRUNCATE ledger.queue RESTART IDENTITY;
TRUNCATE land.living;
TRUNCATE land.nothing;
LOCK TABLE land.plot IN SHARE MODE;
LOCK TABLE land.holding IN ACCESS EXCLUSIVE MODE;
LOCK TABLE ONLY land.building IN EXCLUSIVE MODE;
LOCK land.person, tax.rate IN ROW SHARE MODE NOWAIT;
LOCK TABLE tax.by_year IN SHARE MODE;
COMMENT ON TABLE land.plot IS 'parcels of land';
COMMENT ON COLUMN land.living.mail IS 'm';
COMMENT ON CONSTRAINT owner_plot ON land.owner IS 'c';
COMMENT ON INDEX land.person_name IS 'i';
COMMENT ON TRIGGER plot_log ON land.plot IS 't';
COMMENT ON MATERIALIZED VIEW tax.by_year IS 'v';
COMMENT ON DOMAIN land.area IS 'd';
COMMENT ON TABLE land.none IS 'n';
SECURITY LABEL ON TABLE land.person IS 'x';
GRANT SELECT ON land.person, land.living TO land_reader;
GRANT UPDATE (mail) ON land.person TO notary_role;
GRANT SELECT ON ALL TABLES IN SCHEMA tax TO land_reader;
REVOKE ALL ON land.plot FROM PUBLIC;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA land TO notary_role;
GRANT SELECT ON land.none TO land_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA land GRANT SELECT ON TABLES TO land_reader;
REASSIGN OWNED BY notary_role TO registrar;
CLUSTER land.person USING person_name;
CLUSTER land.person;
CLUSTER land.person USING person_trgm;
VACUUM land.person;
VACUUM FULL land.owner;
VACUUM (ANALYZE) land.plot;
ANALYZE land.plot;
ANALYZE land.building (label);
ANALYZE tax.by_year;
VACUUM land.living;
INSERT INTO land.person (family_name, given_name) VALUES ('A', 'B'), ('C', 'D');
INSERT INTO land.person (id, family_name) VALUES (5000, 'A');
INSERT INTO land.person (family_name, tax_no) VALUES ('A', 'T1') ON CONFLICT (tax_no) DO NOTHING;
INSERT INTO land.person (family_name, tax_no) VALUES ('A', 'T1') ON CONFLICT (mail) DO NOTHING;
-- wrong: that the index of the primary key is locked for writing too is not told
INSERT INTO land.person (family_name, tax_no) SELECT 'X', 'Z' || n FROM ledger.queue ON CONFLICT ON CONSTRAINT person_tax_once DO UPDATE SET given_name = 'Y';
INSERT INTO land.plot (district, no, size) VALUES ('N001', 'P-9999', 10);
-- wrong: which part of a hash partitioned table a text comes to is not computed
INSERT INTO land.plot (district, no, size) VALUES ('S001', 'P-9999', 10);
INSERT INTO land.plot_nord (district, no, size) VALUES ('S001', 'P-9999', 10);
INSERT INTO land.plot SELECT * FROM land.plot_ost;
INSERT INTO land.owner (district, no, person_id) VALUES ('N001', 'P-3', 77);
INSERT INTO land.ruin (id, label) VALUES (1, 'x');
INSERT INTO land.living (family_name, given_name, mail) VALUES ('Q', 'R', 'q@land.example');
INSERT INTO land.holding (id) VALUES (1);
INSERT INTO land.house (id, label, rooms) SELECT id, label, 1 FROM land.ruin;
-- wrong: what day it is nobody knows before it runs
INSERT INTO deeds.notary (id, person_id, seal) VALUES (99, 99, 'S99');
INSERT INTO deeds.deed (lodged, title) VALUES ('2023-05-05', 'x') RETURNING id;
INSERT INTO deeds.deed (lodged, title) VALUES ('2035-05-05', 'x');
INSERT INTO deeds.party SELECT id, lodged, 9, 3 FROM deeds.deed_2023 LIMIT 3;
-- wrong: which partitions the keys are looked for in is told by their values, which are in no snapshot
INSERT INTO deeds.attachment (id, deed_id, deed_lodged, bytes) SELECT md5('z')::uuid, id, lodged, 4 FROM deeds.deed WHERE lodged = '2022-02-01';
INSERT INTO tax.bill (owner_id, due, amount) VALUES (1, '2025-01-01', 5);
INSERT INTO tax.bill (owner_id, due, fine) VALUES (1, '2025-01-01', 5);
INSERT INTO tax.payment (bill_id, amount) SELECT id, 1 FROM tax.bill WHERE paid_on IS NULL;
INSERT INTO tax.rate VALUES (2025, 'low', 3);
INSERT INTO land.nothing SELECT g, NULL, 'x' FROM generate_series(1, 5) g;
INSERT INTO ledger.entry (id, at) VALUES (1, '2023-05-05'), (2, '2025-05-05');
UPDATE land.person SET mail = lower(mail);
UPDATE land.person SET alive = false WHERE born < '1951-01-01';
UPDATE land.owner SET part = 0.5 WHERE id = 4;
UPDATE land.owner SET person_id = 6 WHERE id = 4;
UPDATE land.owner SET held = daterange('2020-01-01', NULL) WHERE id = 4;
UPDATE land.holding SET part = 0.25 WHERE id = 9;
UPDATE land.plot SET soil = 50 WHERE district = 'N002' AND no = 'P-4';
-- wrong: there is no such row, so that nothing is updated
UPDATE land.plot SET district = 'N002' WHERE district = 'N001' AND no = 'P-777';
UPDATE land.plot SET remark = 'x';
UPDATE land.plot SET district = 'W001' WHERE district = 'X001' AND no = 'P-5';
-- wrong: no row refers to this one, which no snapshot says
UPDATE land.district SET code = 'N009' WHERE code = 'O001';
UPDATE land.district SET name = upper(name);
-- wrong: no row meets the condition of the trigger, which no snapshot knows
UPDATE land.building SET storeys = 3 WHERE id = 110;
UPDATE ONLY land.building SET label = 'x' WHERE id = 1;
UPDATE land.living SET given_name = 'Z' WHERE id = 3;
UPDATE deeds.deed SET state = 'refused' WHERE lodged >= '2024-01-01' AND lodged < '2024-02-01';
UPDATE deeds.deed SET lodged = lodged + interval '1 year' WHERE id = 3 AND lodged < '2023-01-01';
-- wrong: what day it is nobody knows before it runs
UPDATE deeds.notary SET since = CURRENT_DATE FROM land.person p WHERE p.id = person_id AND p.alive;
UPDATE tax.rate SET percent = 4;
UPDATE tax.payment SET memo = 'm' WHERE id < 10;
UPDATE tax.by_year SET total = 0;
UPDATE tax.best_year SET year = 3;
DELETE FROM land.person WHERE id = 580;
DELETE FROM land.plot WHERE district = 'N001' AND no = 'P-2';
DELETE FROM land.plot_sued;
DELETE FROM land.district WHERE code = 'W001';
DELETE FROM land.owner WHERE id = 44;
DELETE FROM deeds.deed WHERE lodged < '2022-02-01';
DELETE FROM deeds.notary WHERE id = 7;
DELETE FROM tax.rate WHERE year = 2015;
DELETE FROM tax.bill WHERE paid_on IS NULL;
DELETE FROM land.building WHERE id = 101;
DELETE FROM land.survey USING land.plot p WHERE p.no = plot_no AND p.district = 'N001';
DELETE FROM land.living WHERE id = 570;
-- from 15
MERGE INTO tax.rate r USING (SELECT 2024 AS year, 'low'::tax.band AS band) s ON r.year = s.year AND r.band = s.band WHEN MATCHED THEN UPDATE SET percent = 1 WHEN NOT MATCHED THEN INSERT VALUES (s.year, s.band, 1);
-- from 15
-- wrong: that a condition of ON leaves partitions of the source out is not told
MERGE INTO land.survey s USING land.plot p ON s.plot_no = p.no AND p.district = 'N001' WHEN MATCHED THEN UPDATE SET quality = 1;
-- from 15
MERGE INTO land.ruin r USING land.building b ON r.id = b.id WHEN NOT MATCHED THEN DO NOTHING;
WITH x AS (DELETE FROM ledger.queue RETURNING item) INSERT INTO ledger.note (what) SELECT item FROM x;
-- wrong: to which partitions the rows go is known only once they are there
COPY land.plot (district, no) FROM PROGRAM 'echo N001,P-8888' WITH (FORMAT csv);
COPY land.living TO PROGRAM 'cat > /dev/null';
COPY land.building TO PROGRAM 'cat > /dev/null';
COPY (SELECT * FROM land.holding) TO PROGRAM 'cat > /dev/null';
SELECT * FROM land.large_holding;
SELECT * FROM deeds.deed WHERE lodged BETWEEN '2023-02-01' AND '2023-03-01' FOR UPDATE;
SELECT * FROM land.person p JOIN land.owner o ON o.person_id = p.id FOR SHARE OF p;
SELECT deeds.enter_all();
SELECT land.holds(3), deeds.next_folio();
SELECT setval('tax.bill_no', 5000), setval('land.owner_id_seq', (SELECT max(id) FROM land.owner));
SELECT * INTO land.kept FROM land.ruin;
CALL tax.close_year(2016);
CALL ledger.sweep();
EXPLAIN ANALYZE DELETE FROM ledger.queue;
EXPLAIN SELECT * FROM tax.best_year;
DO $$ BEGIN ALTER TABLE land.person ADD COLUMN a int; CREATE INDEX ON land.person (a); END $$;
DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_class WHERE relname = 'survey') THEN DROP TABLE land.survey; END IF; END $$;
DO $$ BEGIN IF to_regclass('land.none') IS NULL THEN CREATE TABLE land.none (id int REFERENCES land.person); END IF; END $$;
DO $$ BEGIN BEGIN ALTER TABLE land.person ADD CONSTRAINT person_tax_once UNIQUE (mail); EXCEPTION WHEN duplicate_table THEN RAISE NOTICE 'there'; END; ALTER TABLE land.office ADD COLUMN b int; END $$;
DO $$ DECLARE p text; BEGIN FOR p IN SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'deeds.deed'::regclass LOOP EXECUTE 'ALTER TABLE ' || p || ' SET (fillfactor = 90)'; END LOOP; END $$;
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['person', 'office', 'survey'] LOOP EXECUTE format('ALTER TABLE land.%I ADD COLUMN tenant int', t); END LOOP; END $$;
-- wrong: no row is so old, and so nothing behind IF FOUND runs
DO $$ BEGIN UPDATE tax.bill SET late = true WHERE due < '2023-01-01'; IF FOUND THEN DELETE FROM ledger.queue; END IF; END $$;
DO $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM land.person WHERE mail IS NULL; IF n > 0 THEN RAISE EXCEPTION 'left'; END IF; ALTER TABLE land.person ALTER COLUMN mail SET NOT NULL; END $$;
DO $$ BEGIN FOR i IN 1..3 LOOP EXECUTE format('CREATE TABLE ledger.part_%s (LIKE ledger.note)', i); END LOOP; END $$;
DO $$ BEGIN PERFORM deeds.enter_all(); CALL ledger.sweep(); PERFORM land.holds(1); END $$;
DO $$ BEGIN LOCK TABLE land.plot IN SHARE MODE; TRUNCATE ledger.queue; END $$;
DO $$ BEGIN CREATE TYPE land.use AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN ALTER TABLE land.survey ADD CONSTRAINT survey_person FOREIGN KEY (id) REFERENCES land.person; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ DECLARE r land.person%ROWTYPE; BEGIN FOR r IN SELECT * FROM land.person WHERE id < 5 FOR UPDATE LOOP UPDATE land.owner SET part = 1 WHERE person_id = r.id; END LOOP; END $$;
DO $$ BEGIN DROP INDEX IF EXISTS land.person_lower; CREATE INDEX person_lower ON land.person (lower(family_name), born); END $$;
DO $$ BEGIN CREATE INDEX CONCURRENTLY z ON land.person (born); END $$;
DO $$ BEGIN COMMIT; ALTER TABLE land.office ADD COLUMN c int; END $$;
-- wrong: a table that EXECUTE has renamed within the block is told once by each name
DO $$ BEGIN EXECUTE 'ALTER TABLE land.office RENAME TO bureau'; ALTER TABLE land.bureau ADD COLUMN d int NOT NULL DEFAULT 3; END $$;
-- before: BEGIN
-- before: LOCK TABLE land.person IN SHARE ROW EXCLUSIVE MODE
ALTER TABLE land.person ADD COLUMN held int;
-- before: CREATE TABLE land.fresh (id int PRIMARY KEY, person_id bigint)
ALTER TABLE land.fresh ADD FOREIGN KEY (person_id) REFERENCES land.person;
-- before: CREATE TABLE land.fresh (id int PRIMARY KEY, person_id bigint)
-- before: INSERT INTO land.fresh SELECT id, id FROM land.person
CREATE INDEX fresh_person ON land.fresh (person_id);
-- before: CREATE TABLE land.fresh (district char(4) REFERENCES land.district)
DROP TABLE land.district CASCADE;
-- before: CREATE TABLE land.fresh (district char(4) REFERENCES land.district)
TRUNCATE land.fresh;
-- before: ALTER TABLE land.person ADD COLUMN tmp text
-- before: UPDATE land.person SET tmp = family_name
ALTER TABLE land.person ALTER COLUMN tmp SET NOT NULL;
-- before: ALTER TABLE land.person ADD COLUMN tmp varchar(10)
ALTER TABLE land.person ALTER COLUMN tmp TYPE varchar(40);
-- before: ALTER TABLE land.person ADD COLUMN tmp varchar(10)
-- before: CREATE INDEX tmp_lower ON land.person (lower(tmp))
ALTER TABLE land.person ALTER COLUMN tmp TYPE varchar(40);
-- before: ALTER TABLE land.person ADD COLUMN tmp int
-- before: CREATE VIEW land.tmp_view AS SELECT tmp FROM land.person
ALTER TABLE land.person DROP COLUMN tmp;
-- before: DROP VIEW land.living
ALTER TABLE land.person DROP COLUMN mail;
-- before: DROP MATERIALIZED VIEW land.large_names
-- before: DROP VIEW land.large_holding
-- before: DROP VIEW land.holding
ALTER TABLE land.person ALTER COLUMN family_name TYPE varchar(90);
-- before: ALTER TABLE land.owner DROP CONSTRAINT owner_plot
ALTER TABLE land.plot DETACH PARTITION land.plot_nord;
-- before: ALTER TABLE land.owner DROP CONSTRAINT owner_plot
TRUNCATE land.plot;
-- before: CREATE TABLE land.sub (LIKE land.building)
-- before: ALTER TABLE land.sub ADD CONSTRAINT building_storeys CHECK (storeys > 0)
-- before: ALTER TABLE land.sub INHERIT land.building
ALTER TABLE land.building ALTER COLUMN label TYPE varchar;
-- before: CREATE FUNCTION land.volatile_one() RETURNS int LANGUAGE sql VOLATILE AS $$ SELECT 1 $$
ALTER TABLE land.person ADD COLUMN one int DEFAULT land.volatile_one();
-- before: CREATE FUNCTION land.volatile_two() RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN 1; END $$
ALTER TABLE land.person ADD COLUMN one int DEFAULT land.volatile_two();
-- before: CREATE DOMAIN land.any_text AS text
ALTER TABLE land.person ALTER COLUMN given_name TYPE land.any_text;
-- before: CREATE DOMAIN land.some_text AS text CHECK (VALUE <> '')
ALTER TABLE land.person ALTER COLUMN given_name TYPE land.some_text;
-- before: CREATE DOMAIN land.any_text AS text
-- before: ALTER TABLE land.person ADD COLUMN dt land.any_text
ALTER DOMAIN land.any_text ADD CHECK (VALUE <> '');
-- before: CREATE TRIGGER survey_log AFTER UPDATE ON land.survey FOR EACH ROW EXECUTE FUNCTION ledger.enter()
-- wrong: what day it is nobody knows before it runs
UPDATE land.survey SET quality = 0.9 WHERE id = 5;
-- before: CREATE RULE survey_rule AS ON UPDATE TO land.survey DO ALSO UPDATE land.office SET floors = 3 WHERE id = NEW.id
UPDATE land.survey SET quality = 0.9 WHERE id = 5;
-- before: ALTER TABLE land.person DISABLE TRIGGER person_stamp
UPDATE land.person SET given_name = 'x' WHERE id = 1;
-- before: ALTER TABLE land.owner DISABLE TRIGGER ALL
UPDATE land.owner SET person_id = 9 WHERE id = 1;
-- before: SET session_replication_role = replica
UPDATE land.owner SET person_id = 9 WHERE id = 1;
-- before: SET search_path = tax
ALTER TABLE bill ADD COLUMN IF NOT EXISTS band text;
-- before: SET search_path = nowhere
CREATE TABLE lost (id int);
-- before: SET search_path = land, tax
ALTER TABLE rate ADD COLUMN z int;
-- before: SET ROLE land_reader
SELECT 1;
-- before: SET default_tablespace = ''
CREATE INDEX ON land.person (changed);
-- before: SET check_function_bodies = off
CREATE FUNCTION land.bad() RETURNS int LANGUAGE sql AS $$ SELECT id FROM land.nowhere $$;
SET lock_timeout = '3s';
SET search_path = land, deeds;
SET CONSTRAINTS land.owner_plot DEFERRED;
SET CONSTRAINTS deeds.attachment_deed IMMEDIATE;
CREATE SCHEMA IF NOT EXISTS land;
CREATE SCHEMA lease CREATE TABLE contract (id int PRIMARY KEY, person_id bigint REFERENCES land.person) CREATE VIEW running AS SELECT * FROM contract;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION hstore;
CREATE ROLE surveyor IN ROLE registrar;
IMPORT FOREIGN SCHEMA public FROM SERVER csv INTO land;
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION ledger.log();
CREATE CAST (land.use AS int) WITH FUNCTION land.acres(numeric);
CREATE OPERATOR land.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq);
CREATE COLLATION land.plain FROM "C";
CREATE TEXT SEARCH CONFIGURATION land.terms (COPY = simple);
