-- Trigrams of the normalised copies, for wildcards in the middle of names and descriptions: the extension pg_trgm, which
-- comes with PostgreSQL. Where it is not installed, or may not be used, such searches read all rows.

DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX patients_text ON patients USING gin (k_patient_name gin_trgm_ops);
  CREATE INDEX studies_text ON studies
    USING gin (k_patient_name gin_trgm_ops, k_study_description gin_trgm_ops, k_accession gin_trgm_ops);
  CREATE INDEX series_text ON series USING gin (k_series_description gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
  RAISE WARNING 'no trigram indexes, wildcards in the middle will be slow: %', SQLERRM;
END
$$;
