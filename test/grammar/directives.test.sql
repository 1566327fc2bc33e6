-- SYNTAX TEST "source.sql" "lockscope directives in SQL comments"

-- lockscope: allow long-lock because the table is empty in production
-- <-- punctuation.definition.comment.sql
-- ^^^^^^^^^ comment.line.double-dash.sql keyword.other.lockscope
--            ^^^^^ keyword.control.allow.lockscope
--                  ^^^^^^^^^ entity.name.tag.hazard.lockscope
--                            ^^^^^^^ keyword.control.because.lockscope
--                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ string.unquoted.reason.lockscope
ALTER TABLE orders ADD COLUMN note text;
-- <-- - keyword.other.lockscope

  --lockscope: allow lock-queue because night
--  ^^^^^^^^^ keyword.other.lockscope
--                   ^^^^^^^^^^ entity.name.tag.hazard.lockscope
--                                      ^^^^^ string.unquoted.reason.lockscope

-- lockscope: allow long-lock
-- ^^^^^^^^^ keyword.other.lockscope
--            ^^^^^ - keyword.control.allow.lockscope
--                  ^^^^^^^^^ - entity.name.tag.hazard.lockscope

-- lockscope: allow long-lock because
--                  ^^^^^^^^^ - entity.name.tag.hazard.lockscope

-- see lockscope: allow long-lock because it says so
--     ^^^^^^^^^ - keyword.other.lockscope

SELECT 'lockscope: allow long-lock because of nothing';
--      ^^^^^^^^^ - keyword.other.lockscope

/* lockscope: allow long-lock because block comments hold no directives */
-- ^^^^^^^^^ - keyword.other.lockscope
