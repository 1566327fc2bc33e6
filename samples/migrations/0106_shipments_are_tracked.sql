BEGIN;

UPDATE shipments SET tracking_code = 'unknown' WHERE tracking_code IS NULL;

ALTER TABLE shipments ALTER COLUMN tracking_code SET NOT NULL;

COMMIT;
