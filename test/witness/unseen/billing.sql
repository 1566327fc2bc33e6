-- schema
CREATE SCHEMA "Billing";
CREATE SCHEMA tenant;
CREATE ROLE "Clerk" NOLOGIN;
SET search_path = "Billing", tenant, public;
CREATE TYPE "Billing"."Kind Of Invoice" AS ENUM ('Normal', 'It''s a credit');
CREATE COLLATION "Billing".plain (provider = libc, locale = 'C');
CREATE TABLE "Billing"."Invoice" (
  "Invoice Number" integer NOT NULL,
  "id " text,
  "Year" smallint NOT NULL,
  "Amount" numeric(6,2) DEFAULT 0.00,
  "Due" timestamp(3) without time zone,
  "select" varchar(8),
  "Kind" "Kind Of Invoice" DEFAULT 'Normal',
  "Quote""d" int,
  "Tenant" uuid,
  "Überschrift" text COLLATE plain,
  "Flags" bit(8),
  CONSTRAINT "Invoice PK" PRIMARY KEY ("Year", "Invoice Number")
);
CREATE TABLE tenant."Tenant" (
  "Key" uuid PRIMARY KEY,
  name text COLLATE "C" NOT NULL,
  parent uuid,
  settings jsonb DEFAULT '{}'::jsonb NOT NULL,
  CONSTRAINT parent_is_a_tenant FOREIGN KEY (parent) REFERENCES tenant."Tenant" ("Key") DEFERRABLE
);
CREATE TABLE "Billing"."Invoice Line" (
  "Year" smallint,
  "Invoice Number" int,
  "Position" int,
  "Text" text,
  "Price" double precision,
  PRIMARY KEY ("Year", "Invoice Number", "Position"),
  CONSTRAINT "Line belongs to Invoice" FOREIGN KEY ("Year", "Invoice Number") REFERENCES "Invoice" MATCH FULL ON DELETE CASCADE
);
CREATE TABLE tenant.user (
  "user" text PRIMARY KEY,
  password text,
  "Age" int CONSTRAINT "grown up" CHECK ("Age" > 17),
  "group" int
);
CREATE TABLE this_is_a_table_whose_name_is_exactly_sixty_three_bytes_long_ok (
  id_of_the_row_in_this_table_whose_name_is_as_long_as_names_go_x int PRIMARY KEY,
  a_column_whose_name_is_also_as_long_as_postgres_lets_a_name_be_ varchar(20),
  a_column_whose_name_is_also_as_long_as_postgres_lets_a_name_be2 int REFERENCES this_is_a_table_whose_name_is_exactly_sixty_three_bytes_long_ok
);
CREATE TABLE public."Invoice" (id int PRIMARY KEY, other text);
CREATE INDEX "Invoice by ""quote""" ON "Billing"."Invoice" ("Quote""d" DESC, "Year");
CREATE INDEX "Invoice due" ON "Invoice" (("Due"::date), "Kind") WHERE "Kind" = 'Normal';
CREATE UNIQUE INDEX "Invoice id" ON "Invoice" ("id ");
CREATE INDEX a_index_name_which_is_exactly_as_long_as_a_name_may_be_in_pg_ok ON this_is_a_table_whose_name_is_exactly_sixty_three_bytes_long_ok (a_column_whose_name_is_also_as_long_as_postgres_lets_a_name_be_);
ALTER TABLE "Invoice" ADD CONSTRAINT "Tenant exists" FOREIGN KEY ("Tenant") REFERENCES tenant."Tenant" ON UPDATE CASCADE;
CREATE VIEW "Billing"."Invoices Due" AS SELECT "Year", "Invoice Number", "Amount", "Due" FROM "Invoice" WHERE "Due" < now();
CREATE VIEW tenant."Everything" AS SELECT * FROM "Billing"."Invoices Due";
COMMENT ON COLUMN "Invoice"."Amount" IS 'in €, with -- dashes and ''quotes''';
COMMENT ON CONSTRAINT "Invoice PK" ON "Invoice" IS 'years first';
ALTER TABLE "Invoice" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own only" ON "Invoice" FOR SELECT TO "Clerk" USING ("select" <> 'secret');
ALTER TABLE tenant.user ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant.user FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON tenant.user USING (true);
GRANT USAGE ON SCHEMA "Billing", tenant TO "Clerk";
GRANT SELECT, UPDATE ("Amount", "Due") ON "Invoice" TO "Clerk" WITH GRANT OPTION;
GRANT ALL ON tenant."Tenant" TO "Clerk";
CREATE FUNCTION tenant.count_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."Quote""d" := coalesce(NEW."Quote""d", 0) + 1; RETURN NEW; END $$;
CREATE TRIGGER "Count up" BEFORE UPDATE OF "Amount" ON "Invoice" FOR EACH ROW WHEN (OLD."Amount" IS DISTINCT FROM NEW."Amount") EXECUTE FUNCTION tenant.count_up();
ALTER TABLE "Invoice" REPLICA IDENTITY USING INDEX "Invoice PK";
ALTER TABLE tenant."Tenant" CLUSTER ON "Tenant_pkey";
ALTER TABLE "Invoice Line" SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
INSERT INTO tenant."Tenant" SELECT md5(g::text)::uuid, 't' || g, CASE WHEN g > 1 THEN md5('1')::uuid END FROM generate_series(1, 9) g;
INSERT INTO "Invoice" SELECT g, 'i' || g, 2000 + g % 3, g * 1.25, '2024-01-01'::timestamp + g * interval '1 day 1.5 s', 's' || g, (enum_range(NULL::"Kind Of Invoice"))[1 + g % 2], g, md5((1 + g % 9)::text)::uuid, 'ü' || g, g::bit(8) FROM generate_series(1, 40) g;
INSERT INTO "Invoice Line" SELECT "Year", "Invoice Number", p, 'line ' || p, p / 7.0 FROM "Invoice", generate_series(1, 3) p;
INSERT INTO tenant.user SELECT 'u' || g, 'p' || g, 20 + g, g % 4 FROM generate_series(1, 15) g;
INSERT INTO this_is_a_table_whose_name_is_exactly_sixty_three_bytes_long_ok SELECT g, 'v' || g, 1 FROM generate_series(1, 11) g;
INSERT INTO public."Invoice" SELECT g, 'o' || g FROM generate_series(1, 5) g;

-- case
SET search_path = "Billing", tenant, public;
ALTER TABLE "Invoice" ALTER COLUMN "Amount" TYPE bigint USING ("Amount" * 100)::bigint;
-- case
ALTER TABLE "Billing"."Invoice" ALTER COLUMN "Quote""d" TYPE bigint;
-- case
ALTER TABLE "Billing"."Invoice" ALTER COLUMN "Invoice Number" TYPE bigint;
-- case
ALTER TABLE "Billing"."Invoice" ALTER "id " TYPE varchar(20);
-- case
ALTER TABLE "Billing"."Invoice" ALTER "id " SET NOT NULL, ALTER "Flags" TYPE bit varying(16), ALTER "Überschrift" SET NOT NULL;
-- case
ALTER TABLE "Billing"."Invoice" ALTER "Überschrift" TYPE text COLLATE "POSIX";
-- case
-- refused: used in a policy definition
ALTER TABLE "Billing"."Invoice" ALTER "select" TYPE varchar(4);
-- case
ALTER TABLE "Billing"."Invoice" ALTER "Due" TYPE date;
-- case
-- refused: cannot be implemented
ALTER TABLE "Billing"."Invoice" ALTER "Tenant" TYPE text USING "Tenant"::text;
-- case
ALTER TABLE "Billing"."Invoice Line" ALTER "Price" TYPE numeric(12,4), ALTER "Text" SET NOT NULL;
-- case
ALTER TABLE "Billing"."Invoice Line" ALTER "Position" TYPE smallint;
-- case
ALTER TABLE "Billing"."Invoice" RENAME "Kind" TO "Art der Rechnung";
-- case
ALTER TABLE "Billing"."Invoice" RENAME COLUMN "Amount" TO amount;
-- case
ALTER TABLE "Billing"."Invoice" RENAME TO "Rechnung";
-- case
ALTER TABLE tenant.user RENAME "user" TO "User";
-- case
ALTER TABLE tenant."user" ALTER COLUMN "Age" TYPE smallint;
-- case
ALTER TABLE tenant.user ADD COLUMN "Order" int DEFAULT (random() * 10)::int;
-- case
SET search_path TO tenant;
alter table "user" add constraint "group is known" check ("group" between 0 and 10), alter "group" set not null;
-- case
SET search_path = tenant, "Billing";
CREATE INDEX ON "Invoice" ("Year", ("Amount" * 2)) WHERE "Flags" IS NOT NULL;
-- case
CREATE UNIQUE INDEX "Tenant name" ON tenant."Tenant" (lower(name) COLLATE "C", parent);
-- case
DROP INDEX "Billing"."Invoice by ""quote""", "Billing"."Invoice due";
-- case
DROP INDEX "Billing"."Invoice id";
-- case
ALTER TABLE tenant."Tenant" ADD CONSTRAINT "Tenant_name_key" UNIQUE (name);
-- case
-- refused: cannot be implemented
ALTER TABLE tenant."Tenant" ALTER "Key" TYPE text;
-- case
ALTER TABLE tenant."Tenant" ALTER COLUMN settings TYPE json;
-- case
ALTER TABLE tenant."Tenant" ADD "Serial" bigserial NOT NULL UNIQUE;
-- case
-- refused: does not exist
ALTER TABLE public.this_is_a_table_whose_name_is_exactly_sixty_three_bytes_long_ok ALTER COLUMN a_column_whose_name_is_also_as_long_as_postgres_lets_a_name_be_ TYPE varchar(10);
-- case
ALTER TABLE "Billing".this_is_a_table_whose_name_is_exactly_sixty_three_bytes_long_ok ALTER COLUMN a_column_whose_name_is_also_as_long_as_postgres_lets_a_name_be_ SET NOT NULL;
-- case
ALTER TABLE "Billing".this_is_a_table_whose_name_is_exactly_sixty_three_bytes_long_ok ALTER COLUMN a_column_whose_name_is_also_as_long_as_postgres_lets_a_name_be_ TYPE varchar(10);
-- case
ALTER TABLE "Billing".this_is_a_table_whose_name_is_exactly_sixty_three_bytes_long_ok ALTER COLUMN id_of_the_row_in_this_table_whose_name_is_as_long_as_names_go_x TYPE bigint;
-- case
CREATE INDEX ON "Billing".this_is_a_table_whose_name_is_exactly_sixty_three_bytes_long_ok (a_column_whose_name_is_also_as_long_as_postgres_lets_a_name_be2);
-- case
ALTER TABLE "Billing".this_is_a_table_whose_name_is_exactly_sixty_three_bytes_long_ok ADD UNIQUE (a_column_whose_name_is_also_as_long_as_postgres_lets_a_name_be_);
-- case
ALTER TABLE "Billing".this_is_a_table_whose_name_is_exactly_sixty_three_bytes_long_ok ADD CHECK (a_column_whose_name_is_also_as_long_as_postgres_lets_a_name_be_ <> '');
-- case
ALTER TABLE "Billing".this_is_a_table_whose_name_is_exactly_sixty_three_bytes_long_ok RENAME COLUMN a_column_whose_name_is_also_as_long_as_postgres_lets_a_name_be_ TO short;
-- case
REINDEX INDEX "Billing".a_index_name_which_is_exactly_as_long_as_a_name_may_be_in_pg_ok;
-- case
ALTER TABLE "Billing"."Invoice" ADD COLUMN IF NOT EXISTS "Total" numeric GENERATED ALWAYS AS ("Amount" * 1.19) STORED;
-- case
ALTER TABLE "Billing"."Invoice" DROP COLUMN "Due" CASCADE, DROP COLUMN IF EXISTS "Flags";
-- case
UPDATE "Billing"."Invoice" SET "select" = upper("select"), "Überschrift" = 'x' WHERE "Amount" > 1;
-- case
DELETE FROM "Billing"."Invoice Line" WHERE "Position" = 3;
-- case
BEGIN;
SET LOCAL search_path = "Billing";
ALTER TABLE "Invoice" ADD COLUMN "Note" text DEFAULT '';
CREATE INDEX "Note index" ON "Invoice" ("Note");
ALTER TABLE "Invoice Line" ADD CONSTRAINT "has text" CHECK ("Text" <> '');
COMMIT;
-- case
DROP TABLE "Billing"."Invoice Line";
-- case
-- refused: operator does not exist
ALTER TABLE "Billing"."Invoice" ALTER COLUMN "Kind" TYPE text USING "Kind"::text, ALTER COLUMN "Kind" SET DEFAULT 'Normal';
-- case
ALTER TABLE tenant.user SET SCHEMA "Billing";
-- case
ALTER TABLE "Billing"."Invoice" ADD CONSTRAINT "No two" UNIQUE ("Überschrift", "Year") INCLUDE ("Amount") WITH (fillfactor = 60);
-- case from 15
ALTER TABLE "Billing"."Invoice" ADD CONSTRAINT "No two nulls" UNIQUE NULLS NOT DISTINCT ("Tenant", "Quote""d");
