-- Built aside and attached: PARTITION OF would stop every query of events for a moment.
CREATE TABLE events_2026_04 (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS);

ALTER TABLE events_2026_04 ADD CONSTRAINT events_2026_04_month CHECK (occurred_at >= '2026-04-01' AND occurred_at < '2026-05-01');

SET lock_timeout = '2s';
ALTER TABLE events ATTACH PARTITION events_2026_04 FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
