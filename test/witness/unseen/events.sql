-- schema
CREATE EXTENSION btree_gist;
CREATE ROLE analyst NOLOGIN;
CREATE TABLE devices (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  serial_no varchar(12) NOT NULL UNIQUE,
  model text DEFAULT 'unknown',
  replaced_by bigint,
  rating smallint,
  CONSTRAINT replaced_fk FOREIGN KEY (replaced_by) REFERENCES devices
);
CREATE TABLE events (
  id bigint NOT NULL,
  device_id bigint NOT NULL REFERENCES devices,
  at date NOT NULL,
  kind text,
  payload json,
  size int,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY RANGE (id, at);
CREATE TABLE events_2024_click PARTITION OF events_2024 FOR VALUES FROM (0, MINVALUE) TO (30, MINVALUE);
CREATE TABLE events_2024_rest PARTITION OF events_2024 DEFAULT;
CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE TABLE events_2022 (LIKE events INCLUDING DEFAULTS INCLUDING INDEXES);
CREATE TABLE archive (id bigint, at date, kind text) PARTITION BY HASH (id);
CREATE TABLE archive_0 PARTITION OF archive FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE archive_1 PARTITION OF archive FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE INDEX events_kind ON events (kind);
CREATE INDEX events_size ON events (size) WHERE size > 0;
CREATE TABLE readings (device_id bigint, during tsrange, value double precision, unit text, EXCLUDE USING gist (device_id WITH =, during WITH &&));
CREATE TABLE firmware (
  version int[] PRIMARY KEY,
  released date DEFAULT current_date,
  image bytea,
  state text CHECK (state IN ('draft', 'final')),
  label text GENERATED ALWAYS AS (state || '!') STORED
);
CREATE TABLE bookings (room int, during daterange, guest text);
CREATE TABLE log (line text, level int) WITH (autovacuum_enabled = false);
CREATE TABLE vehicle (vin text PRIMARY KEY, wheels int);
CREATE TABLE car (doors int) INHERITS (vehicle);
CREATE TABLE big_keys (a int, b text, c date, v int, w int, PRIMARY KEY (a, b, c));
CREATE TABLE ref_big (id int PRIMARY KEY, a int, b text, c date, v int);
ALTER TABLE ref_big ADD CONSTRAINT ref_big_fk FOREIGN KEY (a, b, c) REFERENCES big_keys ON UPDATE CASCADE ON DELETE SET NULL;
CREATE STATISTICS events_stat (dependencies) ON device_id, size FROM events;
CREATE STATISTICS big_stat (ndistinct) ON v, w FROM big_keys;
CREATE VIEW clicks AS SELECT id, at, size FROM events WHERE kind = 'click';
CREATE MATERIALIZED VIEW per_day AS SELECT at, count(*) AS n FROM events GROUP BY at;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER log_after AFTER INSERT OR UPDATE ON log FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE CONSTRAINT TRIGGER ref_late AFTER UPDATE ON ref_big DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE RULE no_delete AS ON DELETE TO firmware DO INSTEAD NOTHING;
CREATE PUBLICATION changes FOR TABLE devices, big_keys;
GRANT SELECT ON events TO analyst;
GRANT SELECT ON devices TO analyst;
COMMENT ON TABLE events IS 'append only';
COMMENT ON COLUMN events.size IS 'bytes';
COMMENT ON STATISTICS big_stat IS 'for the planner';
INSERT INTO devices (serial_no, replaced_by, rating) SELECT 'd' || g, nullif(g - 1, 0), g FROM generate_series(1, 20) g;
INSERT INTO events SELECT g, 1 + g % 20, '2023-01-01'::date + g * 20, CASE WHEN g % 3 > 0 THEN 'click' ELSE 'view' END, json_build_object('g', g), g FROM generate_series(1, 60) g;
INSERT INTO events_2022 SELECT g, 1, '2022-03-01', 'click', NULL, g FROM generate_series(1001, 1010) g;
INSERT INTO archive SELECT g, '2020-01-01', 'k' || g FROM generate_series(1, 30) g;
INSERT INTO readings SELECT g, tsrange('2024-01-01', '2024-02-01'), g / 3.0, 'm' FROM generate_series(1, 20) g;
INSERT INTO firmware SELECT ARRAY[1, g], '2024-01-01', decode(md5(g::text), 'hex'), 'final' FROM generate_series(1, 8) g;
INSERT INTO bookings SELECT g, daterange('2024-01-01', '2024-01-05'), 'g' || g FROM generate_series(1, 10) g;
INSERT INTO log SELECT 'l' || g, g % 5 FROM generate_series(1, 50) g;
INSERT INTO vehicle SELECT 'v' || g, 4 FROM generate_series(1, 10) g;
INSERT INTO car SELECT 'c' || g, 4, 2 FROM generate_series(1, 10) g;
INSERT INTO big_keys SELECT g % 3, 'b' || g, '2024-01-01'::date + g, g, g FROM generate_series(1, 30) g;
INSERT INTO ref_big SELECT g, g % 3, 'b' || g, '2024-01-01'::date + g, g FROM generate_series(1, 25) g;
REFRESH MATERIALIZED VIEW per_day;

-- case
CREATE INDEX events_device ON events (device_id);
-- case
CREATE UNIQUE INDEX ON events (device_id, at, id);
-- case
create index if not exists archive_kind on archive using hash (kind)
-- case
CREATE INDEX ON events_2024 (size DESC);
-- case
DROP INDEX events_kind;
-- case
ALTER TABLE events ADD CONSTRAINT events_size_check CHECK (size > 0);
-- case
ALTER TABLE events ALTER COLUMN kind SET NOT NULL;
-- case
ALTER TABLE archive ADD PRIMARY KEY (id);
-- case
ALTER TABLE archive ADD COLUMN ref uuid DEFAULT gen_random_uuid();
-- case
ALTER TABLE archive ADD CONSTRAINT archive_devices FOREIGN KEY (id) REFERENCES devices (id) NOT VALID;
-- case
-- refused: violates foreign key constraint
ALTER TABLE archive ADD FOREIGN KEY (id) REFERENCES devices (id);
-- case
ALTER TABLE events ALTER COLUMN size TYPE bigint;
-- case
ALTER TABLE events ALTER COLUMN payload TYPE jsonb USING payload::jsonb;
-- case
ALTER TABLE devices ALTER COLUMN id TYPE int;
-- case
ALTER TABLE devices ALTER COLUMN serial_no TYPE char(12);
-- case
ALTER TABLE devices ALTER COLUMN rating TYPE int, ALTER COLUMN rating SET DEFAULT 5, ALTER COLUMN model SET NOT NULL, ADD COLUMN firmware text;
-- case
ALTER TABLE events ATTACH PARTITION events_2022 FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
-- case
ALTER TABLE events DETACH PARTITION events_2023;
-- case
DROP TABLE events_2023;
-- case
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-06-01') TO ('2027-01-01');
-- case
ALTER TABLE events_2024_click ADD CONSTRAINT recent CHECK (id > 0);
-- case
ALTER TABLE readings ALTER COLUMN value TYPE numeric USING round(value::numeric, 3);
-- case
ALTER TABLE readings ALTER COLUMN device_id TYPE int;
-- case
ALTER TABLE readings ADD COLUMN id uuid PRIMARY KEY DEFAULT gen_random_uuid();
-- case
ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&);
-- case
ALTER TABLE bookings ADD CONSTRAINT guest_once EXCLUDE (guest WITH =);
-- case
ALTER TABLE log ALTER COLUMN level TYPE text;
-- case
ALTER TABLE log ALTER line SET NOT NULL, ADD COLUMN id int GENERATED BY DEFAULT AS IDENTITY;
-- case
ALTER TABLE log ADD COLUMN at timestamptz NOT NULL DEFAULT clock_timestamp();
-- case
UPDATE log SET line = line || '.', level = level + 1;
-- case
DELETE FROM log WHERE level = 3;
-- case
ALTER TABLE firmware ALTER COLUMN state TYPE varchar(10);
-- case
ALTER TABLE firmware ADD CONSTRAINT image_small CHECK (octet_length(image) < 1000), ALTER released SET NOT NULL;
-- case
ALTER TABLE firmware ALTER COLUMN version TYPE bigint[];
-- case
ALTER TABLE vehicle ADD COLUMN made date NOT NULL DEFAULT clock_timestamp()::date;
-- case
ALTER TABLE vehicle ALTER COLUMN wheels TYPE bigint;
-- case
ALTER TABLE vehicle ADD CHECK (wheels > 1);
-- case
ALTER TABLE vehicle ALTER wheels SET NOT NULL;
-- case
CREATE INDEX ON vehicle (wheels);
-- case
ALTER TABLE big_keys ALTER COLUMN a TYPE bigint;
-- case
ALTER TABLE big_keys ALTER COLUMN v TYPE bigint USING v::bigint * 1000, ALTER COLUMN v SET NOT NULL;
-- case
ALTER TABLE big_keys ADD COLUMN h text GENERATED ALWAYS AS (md5(b)) STORED, ADD COLUMN i int DEFAULT floor(random() * 3);
-- case
ALTER TABLE ref_big ALTER v TYPE text;
-- case
ALTER TABLE ref_big DROP CONSTRAINT ref_big_fk;
-- case
UPDATE big_keys SET v = 0 WHERE b <> 'b3';
-- case
DELETE FROM ref_big r WHERE EXISTS (SELECT FROM big_keys k WHERE k.a = r.a AND k.v > 20);
-- case
ALTER TABLE big_keys RENAME COLUMN v TO value;
-- case
ALTER TABLE big_keys ADD UNIQUE (v), ADD UNIQUE (w, a), ADD CHECK (v = w);
-- case
REFRESH MATERIALIZED VIEW per_day;
-- case
REINDEX TABLE events_2024_click;
-- case
ALTER TABLE log SET LOGGED;
-- case
ALTER TABLE big_keys SET TABLESPACE pg_default;
-- case
-- no plan: Every row of `readings` is gone
TRUNCATE TABLE readings, bookings RESTART IDENTITY;
-- case
BEGIN;
ALTER TABLE big_keys ALTER COLUMN w TYPE bigint;
CREATE INDEX big_keys_w ON big_keys (w);
COMMIT;
-- case
BEGIN;
LOCK TABLE bookings IN ACCESS EXCLUSIVE MODE;
UPDATE bookings SET guest = upper(guest);
COMMIT;
-- case
ALTER TABLE devices ADD COLUMN code text COLLATE "C" GENERATED ALWAYS AS (upper(serial_no)) STORED UNIQUE;
-- case
ALTER TABLE firmware DROP COLUMN state;
-- case
ALTER TABLE devices DROP COLUMN serial_no;
-- case
CLUSTER devices USING devices_pkey;
-- case
ALTER TABLE big_keys DROP CONSTRAINT big_keys_pkey CASCADE, ADD COLUMN id bigserial PRIMARY KEY;
-- case
ALTER TABLE bookings ADD COLUMN id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
-- case from 18
ALTER TABLE bookings ADD COLUMN doubled int GENERATED ALWAYS AS (room * 2) VIRTUAL NOT NULL;
-- case from 18
ALTER TABLE bookings ADD CONSTRAINT room_known NOT NULL room;
-- case from 14
DROP INDEX events_size;
REINDEX TABLE events;
