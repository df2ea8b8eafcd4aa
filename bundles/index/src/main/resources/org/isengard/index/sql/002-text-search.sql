-- Trigrams of the normalised copies, for wildcards in the middle of names and descriptions.
-- No text is kept here: what the trigrams find is compared with the columns of the tables.

CREATE VIRTUAL TABLE patients_text USING fts5(
  k_patient_name, content='', contentless_delete=1, detail=column, tokenize='trigram case_sensitive 1');

CREATE VIRTUAL TABLE studies_text USING fts5(
  k_patient_name, k_study_description, k_accession,
  content='', contentless_delete=1, detail=column, tokenize='trigram case_sensitive 1');

CREATE VIRTUAL TABLE series_text USING fts5(
  k_series_description, content='', contentless_delete=1, detail=column, tokenize='trigram case_sensitive 1');
