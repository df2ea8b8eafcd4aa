-- Data of plugins and scripts: values by keys, and queues.

CREATE TABLE key_values (
  store TEXT ${binary} NOT NULL,
  key_name TEXT ${binary} NOT NULL,
  content ${bytes} NOT NULL,
  PRIMARY KEY (store, key_name)
);

-- A row with a token is reserved until a time in milliseconds since 1970.
CREATE TABLE queued (
  id ${rowid},
  queue TEXT ${binary} NOT NULL,
  content ${bytes} NOT NULL,
  token BIGINT,
  reserved_until BIGINT NOT NULL
);

CREATE INDEX queued_order ON queued (queue, id);
