-- Any of the servers that share the database declares stable what nobody touched for a while.

DROP INDEX patients_unstable;
DROP INDEX studies_unstable;
DROP INDEX series_unstable;
CREATE INDEX patients_unstable ON patients(last_update) WHERE stable = 0;
CREATE INDEX studies_unstable ON studies(last_update) WHERE stable = 0;
CREATE INDEX series_unstable ON series(last_update) WHERE stable = 0;
