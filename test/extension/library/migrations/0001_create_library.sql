CREATE TABLE author (
  id bigint PRIMARY KEY,
  name text NOT NULL
);

CREATE TABLE book (
  id bigint PRIMARY KEY,
  author_id bigint NOT NULL,
  title text NOT NULL
);
