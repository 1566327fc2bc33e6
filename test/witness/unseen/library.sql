-- schema when asked
CREATE ROLE clerk;
CREATE SCHEMA lib;
CREATE TABLE lib.branch (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE lib.member (id int PRIMARY KEY, name text NOT NULL, joined date NOT NULL DEFAULT '2024-01-01');
CREATE TABLE lib.loan (
  id bigserial PRIMARY KEY,
  member_id int NOT NULL REFERENCES lib.member,
  renews bigint REFERENCES lib.loan,
  loaned_on date NOT NULL,
  returned_on date,
  fee numeric(8,2) NOT NULL DEFAULT 0 CHECK (fee >= 0),
  note text
);
CREATE INDEX loan_member ON lib.loan (member_id);
CREATE TABLE lib.reminder (id bigint PRIMARY KEY, loan_id bigint NOT NULL CONSTRAINT reminder_loan REFERENCES lib.loan ON DELETE CASCADE, sent timestamp);
CREATE INDEX reminder_loan_id ON lib.reminder (loan_id);
CREATE TABLE lib.fine (id bigint PRIMARY KEY, loan_id bigint REFERENCES lib.loan ON DELETE SET NULL, cents int NOT NULL);
CREATE VIEW lib.open_loan AS SELECT id, member_id, loaned_on FROM lib.loan WHERE returned_on IS NULL;
CREATE VIEW lib.late_loan AS SELECT id, member_id FROM lib.open_loan WHERE loaned_on < '2024-02-01';
GRANT SELECT ON lib.open_loan TO clerk;
COMMENT ON VIEW lib.open_loan IS 'not yet back';
CREATE TABLE lib.note (id int PRIMARY KEY, branch_id int NOT NULL, author text NOT NULL, body text);
ALTER TABLE lib.note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON lib.note USING (author = current_user);
CREATE POLICY read_all ON lib.note FOR SELECT TO clerk USING (true);
GRANT SELECT, INSERT ON lib.note TO clerk;
CREATE TABLE lib.secret (id int PRIMARY KEY, branch_id int NOT NULL, word text);
ALTER TABLE lib.secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE lib.secret FORCE ROW LEVEL SECURITY;
CREATE POLICY of_branch ON lib.secret USING (branch_id = 1);
CREATE TABLE lib.visit (id int PRIMARY KEY, branch_id int NOT NULL, at timestamp NOT NULL, door text);
CREATE RULE keep AS ON DELETE TO lib.visit DO INSTEAD NOTHING;
CREATE TABLE lib.visit_log (visit_id int, door text);
CREATE TABLE lib.shelf (id int PRIMARY KEY, parent_id int CONSTRAINT shelf_parent REFERENCES lib.shelf ON DELETE CASCADE, label text NOT NULL);
CREATE TABLE lib.scan (id bigint NOT NULL, shelf_id int NOT NULL, at date NOT NULL, code text, CONSTRAINT scan_pkey PRIMARY KEY (id));
CREATE INDEX scan_at ON lib.scan (at);
CREATE VIEW lib.scan_count AS SELECT at, count(*) AS n FROM lib.scan GROUP BY at;
INSERT INTO lib.branch SELECT g, 'b' || g FROM generate_series(1, 5) g;
INSERT INTO lib.member SELECT g, 'm' || g FROM generate_series(1, 20) g;
INSERT INTO lib.loan (id, member_id, renews, loaned_on, returned_on, note) SELECT g, g % 20 + 1, CASE WHEN g % 4 = 0 THEN 41 - g END, date '2024-01-01' + g, CASE WHEN g % 2 = 0 THEN date '2024-03-01' END, 'n' || g FROM generate_series(1, 40) g;
SELECT setval('lib.loan_id_seq', 40);
INSERT INTO lib.reminder SELECT g, g, '2024-02-01' FROM generate_series(1, 40) g;
INSERT INTO lib.fine SELECT g, g, g * 10 FROM generate_series(1, 20) g;
INSERT INTO lib.note SELECT g, g % 5 + 1, 'a' || g % 3, 'body' FROM generate_series(1, 30) g;
INSERT INTO lib.secret SELECT g, g % 5 + 1, 'w' || g FROM generate_series(1, 30) g;
INSERT INTO lib.visit SELECT g, g % 5 + 1, '2024-01-01', 'd' FROM generate_series(1, 30) g;
INSERT INTO lib.shelf SELECT g, CASE WHEN g > 1 THEN CASE WHEN g % 2 = 0 THEN least(g + 1, 25) ELSE g / 2 END END, 's' || g FROM generate_series(1, 25) g;
INSERT INTO lib.scan SELECT g, g % 25 + 1, date '2024-01-01' + g % 60, 'c' || g FROM generate_series(1, 60) g;

-- case
CREATE TABLE lib.shelf_new (id int PRIMARY KEY, parent_id int CONSTRAINT shelf_parent REFERENCES lib.shelf_new ON DELETE CASCADE, label varchar(80) NOT NULL);
INSERT INTO lib.shelf_new SELECT id, parent_id, label FROM lib.shelf;
ALTER TABLE lib.shelf RENAME TO shelf_old;
ALTER TABLE lib.shelf_new RENAME TO shelf;
-- case
CREATE TABLE lib.shelf_new (id bigint PRIMARY KEY, parent_id bigint, label text NOT NULL);
INSERT INTO lib.shelf_new (id, parent_id, label) SELECT id, parent_id, label FROM lib.shelf;
ALTER TABLE lib.shelf_new ADD CONSTRAINT shelf_parent FOREIGN KEY (parent_id) REFERENCES lib.shelf_new (id) ON DELETE CASCADE;
DROP TABLE lib.shelf;
ALTER TABLE lib.shelf_new RENAME TO shelf;
ALTER INDEX lib.shelf_new_pkey RENAME TO shelf_pkey;
-- case
CREATE TABLE lib.shelf_new (id int PRIMARY KEY, parent_id int, label text NOT NULL);
INSERT INTO lib.shelf_new (id, parent_id, label) SELECT id, parent_id, label FROM lib.shelf;
ALTER TABLE lib.shelf RENAME TO shelf_old;
ALTER TABLE lib.shelf_new RENAME TO shelf;
ALTER TABLE lib.shelf ADD FOREIGN KEY (parent_id) REFERENCES lib.shelf ON DELETE CASCADE;
-- case
CREATE TABLE lib.shelf_new (id int PRIMARY KEY, parent_id int, label text NOT NULL) PARTITION BY HASH (id);
CREATE TABLE lib.shelf_0 PARTITION OF lib.shelf_new FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE lib.shelf_1 PARTITION OF lib.shelf_new FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO lib.shelf_new SELECT * FROM lib.shelf;
ALTER TABLE lib.shelf RENAME TO shelf_old;
ALTER TABLE lib.shelf_new RENAME TO shelf;
ALTER TABLE lib.shelf ADD CONSTRAINT shelf_parent FOREIGN KEY (parent_id) REFERENCES lib.shelf (id) ON DELETE CASCADE;
-- case
CREATE TABLE lib.scan_new (id bigint NOT NULL, shelf_id int NOT NULL, at date NOT NULL, code text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE lib.scan_2024_01 PARTITION OF lib.scan_new FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE lib.scan_2024_02 PARTITION OF lib.scan_new FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
CREATE TABLE lib.scan_rest PARTITION OF lib.scan_new DEFAULT;
INSERT INTO lib.scan_new SELECT * FROM lib.scan;
ALTER TABLE lib.scan RENAME TO scan_old;
ALTER TABLE lib.scan_new RENAME TO scan;
CREATE OR REPLACE VIEW lib.scan_count AS SELECT at, count(*) AS n FROM lib.scan GROUP BY at;
-- case
BEGIN;
DROP VIEW lib.scan_count;
ALTER TABLE lib.scan RENAME TO scan_old;
CREATE TABLE lib.scan (id bigint NOT NULL, shelf_id int NOT NULL, at date NOT NULL, code text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE lib.scan_2024 PARTITION OF lib.scan FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO lib.scan SELECT * FROM lib.scan_old;
CREATE VIEW lib.scan_count AS SELECT at, count(*) AS n FROM lib.scan GROUP BY at;
DROP TABLE lib.scan_old;
COMMIT;
-- case
CREATE TABLE lib.scan_new (LIKE lib.scan INCLUDING ALL);
ALTER TABLE lib.scan_new ADD COLUMN source text DEFAULT 'gate';
INSERT INTO lib.scan_new (id, shelf_id, at, code) SELECT id, shelf_id, at, code FROM lib.scan;
DROP VIEW lib.scan_count;
DROP TABLE lib.scan;
ALTER TABLE lib.scan_new RENAME TO scan;
CREATE VIEW lib.scan_count AS SELECT at, count(*) AS n FROM lib.scan GROUP BY at;
GRANT SELECT ON lib.scan_count TO clerk;
-- case
CREATE TABLE lib.scan_new (LIKE lib.scan INCLUDING ALL);
INSERT INTO lib.scan_new SELECT * FROM lib.scan;
DROP TABLE lib.scan CASCADE;
ALTER TABLE lib.scan_new RENAME TO scan;
ALTER INDEX lib.scan_new_pkey RENAME TO scan_pkey;
ALTER INDEX lib.scan_new_at_idx RENAME TO scan_at;
CREATE VIEW lib.scan_count AS SELECT at, count(*) AS n FROM lib.scan GROUP BY at;
-- case
CREATE TABLE lib.loan_new (LIKE lib.loan INCLUDING ALL);
INSERT INTO lib.loan_new SELECT * FROM lib.loan;
ALTER SEQUENCE lib.loan_id_seq OWNED BY lib.loan_new.id;
ALTER TABLE lib.reminder DROP CONSTRAINT reminder_loan;
ALTER TABLE lib.fine DROP CONSTRAINT fine_loan_id_fkey;
DROP VIEW lib.late_loan;
DROP VIEW lib.open_loan;
DROP TABLE lib.loan;
ALTER TABLE lib.loan_new RENAME TO loan;
ALTER TABLE lib.loan ADD FOREIGN KEY (member_id) REFERENCES lib.member;
ALTER TABLE lib.loan ADD FOREIGN KEY (renews) REFERENCES lib.loan;
ALTER TABLE lib.reminder ADD CONSTRAINT reminder_loan FOREIGN KEY (loan_id) REFERENCES lib.loan ON DELETE CASCADE;
ALTER TABLE lib.fine ADD FOREIGN KEY (loan_id) REFERENCES lib.loan (id) ON DELETE SET NULL;
CREATE VIEW lib.open_loan AS SELECT id, member_id, loaned_on FROM lib.loan WHERE returned_on IS NULL;
CREATE VIEW lib.late_loan AS SELECT id, member_id FROM lib.open_loan WHERE loaned_on < '2024-02-01';
GRANT SELECT ON lib.open_loan TO clerk;
COMMENT ON VIEW lib.open_loan IS 'not yet back';
-- case
CREATE TABLE lib.loan_new (id bigint PRIMARY KEY DEFAULT nextval('lib.loan_id_seq'), member_id int NOT NULL REFERENCES lib.member, renews bigint, loaned_on date NOT NULL, returned_on date, fee numeric(8,2) NOT NULL DEFAULT 0 CHECK (fee >= 0), note text) PARTITION BY HASH (id);
CREATE TABLE lib.loan_0 PARTITION OF lib.loan_new FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE lib.loan_1 PARTITION OF lib.loan_new FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO lib.loan_new SELECT id, member_id, renews, loaned_on, returned_on, fee, note FROM lib.loan;
CREATE INDEX loan_new_member ON lib.loan_new (member_id);
ALTER TABLE lib.reminder DROP CONSTRAINT reminder_loan;
ALTER TABLE lib.fine DROP CONSTRAINT fine_loan_id_fkey;
ALTER TABLE lib.loan RENAME TO loan_old;
ALTER TABLE lib.loan_new RENAME TO loan;
ALTER TABLE lib.reminder ADD CONSTRAINT reminder_loan FOREIGN KEY (loan_id) REFERENCES lib.loan (id) ON DELETE CASCADE;
ALTER TABLE lib.fine ADD CONSTRAINT fine_loan_id_fkey FOREIGN KEY (loan_id) REFERENCES lib.loan (id) ON DELETE SET NULL;
CREATE OR REPLACE VIEW lib.open_loan AS SELECT id, member_id, loaned_on FROM lib.loan WHERE returned_on IS NULL;
-- case
CREATE TABLE lib.loan_new (LIKE lib.loan INCLUDING ALL);
INSERT INTO lib.loan_new SELECT * FROM lib.loan;
ALTER TABLE lib.loan RENAME TO loan_old;
ALTER TABLE lib.loan_new RENAME TO loan;
-- case
CREATE TABLE lib.loan_new (LIKE lib.loan INCLUDING ALL);
INSERT INTO lib.loan_new SELECT * FROM lib.loan;
ALTER TABLE lib.reminder DROP CONSTRAINT reminder_loan, ADD CONSTRAINT reminder_loan FOREIGN KEY (loan_id) REFERENCES lib.loan_new ON DELETE CASCADE;
ALTER TABLE lib.fine DROP CONSTRAINT fine_loan_id_fkey, ADD CONSTRAINT fine_loan_id_fkey FOREIGN KEY (loan_id) REFERENCES lib.loan_new ON DELETE SET NULL;
CREATE OR REPLACE VIEW lib.open_loan AS SELECT id, member_id, loaned_on FROM lib.loan_new WHERE returned_on IS NULL;
ALTER TABLE lib.loan RENAME TO loan_old;
ALTER TABLE lib.loan_new RENAME TO loan;
-- case
CREATE TABLE lib.note_new (id int, branch_id int NOT NULL, author text NOT NULL, body text, PRIMARY KEY (id, branch_id)) PARTITION BY LIST (branch_id);
CREATE TABLE lib.note_1 PARTITION OF lib.note_new FOR VALUES IN (1, 2);
CREATE TABLE lib.note_rest PARTITION OF lib.note_new DEFAULT;
ALTER TABLE lib.note_new ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON lib.note_new USING (author = current_user);
CREATE POLICY read_all ON lib.note_new FOR SELECT TO clerk USING (true);
GRANT SELECT, INSERT ON lib.note_new TO clerk;
INSERT INTO lib.note_new SELECT * FROM lib.note;
ALTER TABLE lib.note RENAME TO note_old;
ALTER TABLE lib.note_new RENAME TO note;
-- case
CREATE TABLE lib.note_new (LIKE lib.note INCLUDING ALL);
INSERT INTO lib.note_new SELECT * FROM lib.note;
DROP TABLE lib.note;
ALTER TABLE lib.note_new RENAME TO note;
ALTER TABLE lib.note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON lib.note USING (author = current_user);
CREATE POLICY read_all ON lib.note FOR SELECT TO clerk USING (true);
GRANT SELECT, INSERT ON lib.note TO clerk;
-- case
CREATE TABLE lib.secret_new (LIKE lib.secret INCLUDING ALL) PARTITION BY HASH (id);
CREATE TABLE lib.secret_0 PARTITION OF lib.secret_new FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE lib.secret_1 PARTITION OF lib.secret_new FOR VALUES WITH (MODULUS 2, REMAINDER 1);
ALTER TABLE lib.secret_new ENABLE ROW LEVEL SECURITY;
ALTER TABLE lib.secret_new FORCE ROW LEVEL SECURITY;
CREATE POLICY of_branch ON lib.secret_new USING (branch_id = 1);
INSERT INTO lib.secret_new SELECT * FROM lib.secret;
ALTER TABLE lib.secret RENAME TO secret_old;
ALTER TABLE lib.secret_new RENAME TO secret;
-- case
CREATE TABLE lib.visit_new (id int PRIMARY KEY, branch_id int NOT NULL, at timestamptz NOT NULL, door text);
CREATE RULE keep AS ON DELETE TO lib.visit_new DO INSTEAD NOTHING;
INSERT INTO lib.visit_new SELECT * FROM lib.visit;
ALTER TABLE lib.visit RENAME TO visit_old;
ALTER TABLE lib.visit_new RENAME TO visit;
-- case
CREATE TABLE lib.visit_new (id int, branch_id int NOT NULL, at timestamp NOT NULL, door text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE lib.visit_all PARTITION OF lib.visit_new DEFAULT;
INSERT INTO lib.visit_new SELECT * FROM lib.visit;
ALTER TABLE lib.visit RENAME TO visit_old;
ALTER TABLE lib.visit_new RENAME TO visit;
CREATE RULE keep AS ON DELETE TO lib.visit DO INSTEAD NOTHING;
CREATE RULE log AS ON INSERT TO lib.visit DO ALSO INSERT INTO lib.visit_log VALUES (NEW.id, NEW.door);
-- case
CREATE TABLE lib.scan_new AS SELECT * FROM lib.scan;
ALTER TABLE lib.scan_new ADD PRIMARY KEY (id);
CREATE INDEX scan_new_at ON lib.scan_new (at);
ALTER TABLE lib.scan RENAME TO scan_old;
ALTER TABLE lib.scan_new RENAME TO scan;
-- case
CREATE TABLE lib.member_new (id bigint PRIMARY KEY, name text NOT NULL, joined date NOT NULL DEFAULT '2024-01-01');
INSERT INTO lib.member_new SELECT * FROM lib.member;
ALTER TABLE lib.loan DROP CONSTRAINT loan_member_id_fkey;
DROP TABLE lib.member;
ALTER TABLE lib.member_new RENAME TO member;
ALTER TABLE lib.loan ADD CONSTRAINT loan_member_id_fkey FOREIGN KEY (member_id) REFERENCES lib.member (id);
-- case
CREATE TABLE lib.member_new (id int PRIMARY KEY, joined date NOT NULL DEFAULT '2024-01-01', name text NOT NULL);
INSERT INTO lib.member_new (id, name, joined) SELECT id, name, joined FROM lib.member;
DROP TABLE lib.member CASCADE;
ALTER TABLE lib.member_new RENAME TO member;
ALTER TABLE lib.loan ADD CONSTRAINT loan_member_id_fkey FOREIGN KEY (member_id) REFERENCES lib.member (id) NOT VALID;
ALTER TABLE lib.loan VALIDATE CONSTRAINT loan_member_id_fkey;
CREATE INDEX member_joined ON lib.member (joined);
-- case
ALTER TABLE lib.scan RENAME TO scan_old;
CREATE TABLE lib.scan (id bigint NOT NULL, shelf_id int NOT NULL, at date NOT NULL, code text, CONSTRAINT scan_key PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE lib.scan_2024 PARTITION OF lib.scan FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO lib.scan SELECT * FROM lib.scan_old;
CREATE OR REPLACE VIEW lib.scan_count AS SELECT at, count(*) AS n FROM lib.scan GROUP BY at;
-- case
CREATE TABLE lib.scan_new (id bigint NOT NULL, shelf_id int NOT NULL, at date NOT NULL, code text);
INSERT INTO lib.scan_new SELECT * FROM lib.scan;
ALTER TABLE lib.scan_new ADD CONSTRAINT scan_new_key PRIMARY KEY (id);
ALTER TABLE lib.scan RENAME TO scan_old;
ALTER TABLE lib.scan_new RENAME TO scan;
CREATE INDEX scan_by_shelf ON lib.scan (shelf_id);
GRANT SELECT ON lib.scan TO clerk;
COMMENT ON TABLE lib.scan IS 'what was seen where';
DROP VIEW lib.scan_count;
CREATE VIEW lib.scan_count AS SELECT at, shelf_id, count(*) AS n FROM lib.scan GROUP BY at, shelf_id;
