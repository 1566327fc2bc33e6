import { describe, expect, test } from 'vitest'
import { comments, split } from '../../../server/sql/split'

/** Each piece as its text, with `…` after it where nothing ends it, and `!` before it where the end is a guess; psql commands and data in brackets. */
const shown = (text: string): readonly string[] =>
  split(text).map(({ kind, span, terminated, problem }) => {
    const piece = text.slice(span.start, span.end)
    return `${problem === undefined ? '' : '!'}${kind === 'statement' ? piece : `[${kind}] ${piece}`}${terminated ? '' : '…'}`
  })

describe('splits as psql does', () => {
  const cases: Record<string, readonly [string, ...string[]]> = {
    'semicolons': ['select 1; select 2 ;\n\tselect 3', 'select 1', 'select 2', 'select 3…'],
    'nothing': ['  \n ;; ; -- x;\n /* ; */ '],
    'quotes': [`select ';', "a;b", 'it''s;'; x`, `select ';', "a;b", 'it''s;'`, 'x…'],
    'a backslash is nothing in an ordinary string': [String.raw`select 'a\'; select 2;`, String.raw`select 'a\'`, 'select 2'],
    'E strings': [String.raw`select E'a\';b', e'\\'; select 2;`, String.raw`select E'a\';b', e'\\'`, 'select 2'],
    'a name that ends in e is no prefix': [String.raw`select type'a\'; select 2;`, String.raw`select type'a\'`, 'select 2'],
    'Unicode strings and names': [`select U&'\\0061;', U&"x;y"; select 2;`, `select U&'\\0061;', U&"x;y"`, 'select 2'],
    'dollar quotes': ['do $$ begin; end $$; do $a$ $$; $b$ $a$; x', 'do $$ begin; end $$', 'do $a$ $$; $b$ $a$', 'x…'],
    'a dollar inside a name': ['select a$b$; select c$b$;', 'select a$b$', 'select c$b$'],
    'parameters': ['select $1; select $2$3;', 'select $1', 'select $2$3'],
    'a tag beyond ASCII': ['do $é$ ; $é$; select 1', 'do $é$ ; $é$', 'select 1…'],
    'line comments': ["select 1 -- it's; $$\n + 2; --x\nselect 3;", "select 1 -- it's; $$\n + 2", 'select 3'],
    'comments may come after a sign': ['select 1 +--;\n2;', 'select 1 +--;\n2'],
    'nested block comments': ['/* a /* b; */ c; */ select /* ; */ 1; /**/ select 2;', 'select /* ; */ 1', 'select 2'],
    'a rule with several actions': ['create rule r as on insert to t do also (delete from a; delete from b); select 1;', 'create rule r as on insert to t do also (delete from a; delete from b)', 'select 1'],
    'BEGIN ATOMIC': [
      'create or replace function f() returns int begin atomic select 1; select case when true then 2 end; end; select 3;',
      'create or replace function f() returns int begin atomic select 1; select case when true then 2 end; end',
      'select 3',
    ],
    'BEGIN of a transaction': ['begin; select 1; end; commit;', 'begin', 'select 1', 'end', 'commit'],
    'psql commands': ['\\set ON_ERROR_STOP on\n\\i other.sql\nselect 1;\n\\c db', '[meta] \\set ON_ERROR_STOP on', '[meta] \\i other.sql', 'select 1', '[meta] \\c db'],
    'psql commands that send': ['select 1 \\gexec\nselect 2 \\gx f.txt\nselect 3 \\; select 4;', 'select 1', '[meta] \\gexec', 'select 2', '[meta] \\gx f.txt', 'select 3', 'select 4'],
    'several psql commands in a line': ['\\pset null x \\\\ select 1;', '[meta] \\pset null x', 'select 1'],
    'copied data': ["copy t (a) from stdin;\n1\tit's; $$\n2\n\\.\nselect 1;", 'copy t (a) from stdin', "[copy-data] 1\tit's; $$\n2\n", 'select 1'],
    'copied data with CRLF': ['copy t from stdin with (format csv);\r\n1;\r\n\\.\r\nselect 1;', 'copy t from stdin with (format csv)', '[copy-data] 1;\r\n', 'select 1'],
    'copied data without an end': ['copy t from stdin;\n1\n2', 'copy t from stdin', '![copy-data] 1\n2…'],
    'copying from elsewhere': ["copy t from '/x'; copy t to stdout; copy (select 1 from stdin) to stdout; select 1;", "copy t from '/x'", 'copy t to stdout', 'copy (select 1 from stdin) to stdout', 'select 1'],
    '\\copy takes data too': ['\\copy t from stdin\n1\n\\.\nselect 1;', '[meta] \\copy t from stdin', '[copy-data] 1\n', 'select 1'],
    'byte order mark and CRLF': ['\uFEFFselect 1;\r\nselect 2;\r\n', 'select 1', 'select 2'],
    'psql variables': [`select :a, :'b;', :"c;", x::int, y[1:2]; select 2;`, `select :a, :'b;', :"c;", x::int, y[1:2]`, 'select 2'],
    'NUL': ['select \0; select 2;', 'select \0', 'select 2'],
    'astral characters': ["select '😀;', 😀; select 2;", "select '😀;', 😀", 'select 2'],
    'CREATE SCHEMA with elements': ['create schema s\ncreate table t (a int)\ncreate view v as select 1;\nselect 1;', 'create schema s\ncreate table t (a int)\ncreate view v as select 1', 'select 1'],
    'a column called as a thing': ['alter table t\nalter type set not null,\ndrop index,\nalter view type int;\n', 'alter table t\nalter type set not null,\ndrop index,\nalter view type int'],
    'INSERT after WITH and in a rule': ['with a as (select 1)\ninsert into t select * from a;\ncreate rule r as on update to t do also\ninsert into u values (1);', 'with a as (select 1)\ninsert into t select * from a', 'create rule r as on update to t do also\ninsert into u values (1)'],
    'EXPLAIN over lines': ['explain analyze\ncreate table t as select 1;', 'explain analyze\ncreate table t as select 1'],
    'GRANT over lines': ['grant\ncreate on schema s to u;', 'grant\ncreate on schema s to u'],
  }
  test.each(Object.entries(cases))('%s', (_, [text, ...pieces]) => {
    expect(shown(text)).toEqual(pieces)
  })
})

describe('loses one statement, not the file, while something is half typed', () => {
  const after = '\nalter table a add b int;\n\nupdate a set b = 1 where c = \'x\';\n'
  const rest = ['alter table a add b int', "update a set b = 1 where c = 'x'"]
  const cases: Record<string, readonly [string, ...string[]]> = {
    'an unclosed string': ["insert into t values ('abc);", "!insert into t values ('abc)"],
    'an unclosed string, nothing before the next statement': ["insert into t values ('abc\n", "!insert into t values ('abc…"],
    'an unclosed name': ['create table "abc (a int);', '!create table "abc (a int)'],
    'an unclosed E string': ["select E'a\\';", "!select E'a\\'"],
    'an unclosed dollar quote': ['create function f() returns int as $$ begin\n  return 1;\nend;', '!create function f() returns int as $$ begin\n  return 1;\nend'],
    'an unclosed comment': ['select 1 /* x;', '!select 1 /* x'],
    'an unclosed parenthesis': ['create table t (a int, b numeric(1;', '!create table t (a int, b numeric(1'],
    'a missing semicolon': ['create index on t (a)\n', '!create index on t (a)…'],
    'a missing semicolon inside a parenthesis is not seen': ['select 1;', 'select 1'],
    'a lone opening word': ['alter\n', '!alter…'],
    'BEGIN ATOMIC without END': ['create function f() returns int begin atomic\n  select 1;', '!create function f() returns int begin atomic\n  select 1'],
  }
  test.each(Object.entries(cases))('%s', (_, [text, ...pieces]) => {
    expect(shown(text + after)).toEqual([...pieces, ...rest])
    expect(shown(`select 'first';\n${text}${after}`)).toEqual(["select 'first'", ...pieces, ...rest])
  })

  test('an unclosed dollar quote before other functions', () => {
    const whole = 'create function g() returns int as $$\nbegin\n  return 2;\nend;\n$$ language plpgsql'
    const text = `${whole.replace('g()', 'e()')};\n\ncreate function f() returns int as $$\nbegin\n  ret\n\n${whole};\n\n${whole.replace('g()', 'h()')};\n`
    expect(shown(text)).toEqual([whole.replace('g()', 'e()'), '!create function f() returns int as $$\nbegin\n  ret…', whole, whole.replace('g()', 'h()')])
  })

  test('the last statement is all there is', () => {
    expect(shown("select 'abc")).toEqual(["!select 'abc…"])
    expect(shown('do $$ begin')).toEqual(['!do $$ begin…'])
    expect(shown('select 1; /* x')).toEqual(['select 1', '!/* x…'])
    expect(shown('create table t (')).toEqual(['!create table t (…'])
  })

  test('indented SQL inside a program', () => {
    const text = "\n    insert into t values ('a);\n\n    alter table a add b int;\n    update a set b = 'x';\n  "
    expect(shown(text)).toEqual(["!insert into t values ('a)", 'alter table a add b int', "update a set b = 'x'"])
  })
})

describe('is linear', () => {
  test.each(["select 'a;\n", 'do $$ a;\n', 'select (a;\n', '/* ', '$a$', '"', "create function f() begin ", "\\x\n", "copy t from stdin;\n", "select 1 -- '\n", 'create table t (a int)\n'])('%j many times', (line) => {
    const text = line.repeat(Math.ceil(1_000_000 / line.length))
    const start = performance.now()
    split(text)
    expect(performance.now() - start).toBeLessThan(2500)
  })
})

test('comments between two places', () => {
  const text = "-- one\n/* two /* x */ */ select '-- no', $$ -- no $$, E'\\'--no' --three\n;"
  expect(comments(text, 0, text.length).map(({ start, end }) => text.slice(start, end))).toEqual(['-- one', '/* two /* x */ */', '--three'])
  expect(comments(text, 0, split(text)[0]!.span.start)).toHaveLength(2)
})
