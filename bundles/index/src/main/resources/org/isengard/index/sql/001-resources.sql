-- The resource tree and what is recorded about it. One row per resource.
-- ${...} is what dialects write differently (see Dialect).
--
-- public_id  SHA-1 of the DICOM identifiers, the 20 bytes of Orthanc's identifier
-- tags       main DICOM tags, packed (see PackedTags); studies also keep those of their patient as they came with them
-- metadata   packed (see PackedMetadata); LastUpdate and MainDicomTagsSignature have columns of their own
-- k_...      normalised copies (upper case) of tags that are searched for

CREATE TABLE signatures (
  id INTEGER PRIMARY KEY,
  tags TEXT NOT NULL UNIQUE
);

CREATE TABLE patients (
  id ${rowid},
  public_id ${bytes} NOT NULL UNIQUE,
  tags TEXT NOT NULL,
  metadata TEXT NOT NULL,
  labels TEXT NOT NULL,
  signature INTEGER NOT NULL,
  last_update BIGINT NOT NULL,
  stable SMALLINT NOT NULL,
  protected SMALLINT NOT NULL,
  recycling BIGINT NOT NULL,
  k_patient_id TEXT ${binary} NOT NULL,
  k_patient_name TEXT ${binary},
  k_birth_date TEXT ${binary}
);
CREATE INDEX patients_patient_id ON patients(k_patient_id);
CREATE INDEX patients_patient_name ON patients(k_patient_name);
CREATE INDEX patients_birth_date ON patients(k_birth_date);
CREATE INDEX patients_recycling ON patients(protected, recycling);
CREATE INDEX patients_unstable ON patients(id) WHERE stable = 0;

CREATE TABLE studies (
  id ${rowid},
  public_id ${bytes} NOT NULL UNIQUE,
  patient_id BIGINT NOT NULL REFERENCES patients(id),
  tags TEXT NOT NULL,
  patient_tags TEXT NOT NULL,
  metadata TEXT NOT NULL,
  labels TEXT NOT NULL,
  signature INTEGER NOT NULL,
  last_update BIGINT NOT NULL,
  stable SMALLINT NOT NULL,
  k_study_uid TEXT ${binary} NOT NULL,
  k_study_date TEXT ${binary},
  k_accession TEXT ${binary},
  k_study_description TEXT ${binary},
  k_patient_id TEXT ${binary} NOT NULL,
  k_patient_name TEXT ${binary},
  k_birth_date TEXT ${binary}
);
CREATE INDEX studies_patient ON studies(patient_id);
CREATE INDEX studies_study_uid ON studies(k_study_uid);
CREATE INDEX studies_study_date ON studies(k_study_date);
CREATE INDEX studies_accession ON studies(k_accession);
CREATE INDEX studies_study_description ON studies(k_study_description);
CREATE INDEX studies_patient_id ON studies(k_patient_id);
CREATE INDEX studies_patient_name ON studies(k_patient_name);
CREATE INDEX studies_unstable ON studies(id) WHERE stable = 0;

CREATE TABLE series (
  id ${rowid},
  public_id ${bytes} NOT NULL UNIQUE,
  study_id BIGINT NOT NULL REFERENCES studies(id),
  tags TEXT NOT NULL,
  metadata TEXT NOT NULL,
  labels TEXT NOT NULL,
  signature INTEGER NOT NULL,
  last_update BIGINT NOT NULL,
  stable SMALLINT NOT NULL,
  k_series_uid TEXT ${binary} NOT NULL,
  k_modality TEXT ${binary},
  k_series_description TEXT ${binary}
);
-- With the modality, so that the modalities of a study are found in the index alone.
CREATE INDEX series_study ON series(study_id, k_modality);
CREATE INDEX series_series_uid ON series(k_series_uid);
CREATE INDEX series_modality ON series(k_modality);
CREATE INDEX series_series_description ON series(k_series_description);
CREATE INDEX series_unstable ON series(id) WHERE stable = 0;

-- k_sop_uid is a 64-bit hash: an index over the UIDs themselves would be half as large as the table.
CREATE TABLE instances (
  id ${rowid},
  public_id ${bytes} NOT NULL UNIQUE,
  series_id BIGINT NOT NULL REFERENCES series(id),
  tags TEXT NOT NULL,
  metadata TEXT NOT NULL,
  labels TEXT NOT NULL,
  signature INTEGER NOT NULL,
  k_sop_uid BIGINT NOT NULL
);
CREATE INDEX instances_series ON instances(series_id);
CREATE INDEX instances_sop_uid ON instances(k_sop_uid);

-- level: 0 patient, 1 study, 2 series, 3 instance
CREATE TABLE attachments (
  resource_id BIGINT NOT NULL,
  level SMALLINT NOT NULL,
  type INTEGER NOT NULL,
  uuid TEXT ${binary} NOT NULL,
  size BIGINT NOT NULL,
  md5 TEXT NOT NULL,
  compression SMALLINT NOT NULL,
  stored_size BIGINT NOT NULL,
  stored_md5 TEXT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (resource_id, level, type)
) ${clustered};
CREATE UNIQUE INDEX attachments_uuid ON attachments(uuid);

-- Files whose rows are gone, to be deleted from the storage area.
CREATE TABLE garbage (
  uuid TEXT ${binary} NOT NULL PRIMARY KEY,
  type INTEGER NOT NULL,
  size BIGINT NOT NULL,
  md5 TEXT NOT NULL,
  compression SMALLINT NOT NULL,
  stored_size BIGINT NOT NULL,
  stored_md5 TEXT NOT NULL
);

CREATE TABLE labels (
  label TEXT ${binary} NOT NULL,
  level SMALLINT NOT NULL,
  resource_id BIGINT NOT NULL,
  PRIMARY KEY (label, level, resource_id)
) ${clustered};
CREATE INDEX labels_resource ON labels(resource_id, level);

CREATE TABLE changes (
  seq BIGINT NOT NULL PRIMARY KEY,
  type SMALLINT NOT NULL,
  level SMALLINT NOT NULL,
  resource_id BIGINT NOT NULL,
  public_id ${bytes} NOT NULL,
  date BIGINT NOT NULL
) ${clustered};
CREATE INDEX changes_resource ON changes(resource_id, level);
CREATE INDEX changes_type ON changes(type, seq);

CREATE TABLE exports (
  seq BIGINT NOT NULL PRIMARY KEY,
  level SMALLINT NOT NULL,
  public_id ${bytes} NOT NULL,
  modality TEXT NOT NULL,
  date BIGINT NOT NULL,
  patient_id TEXT NOT NULL,
  study_uid TEXT NOT NULL,
  series_uid TEXT NOT NULL,
  sop_uid TEXT NOT NULL
);

-- Totals kept current, so that statistics need no counting, and the last numbers of the logs, which are never used twice.
CREATE TABLE counters (
  name TEXT NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES
  ('patients', 0), ('studies', 0), ('series', 0), ('instances', 0),
  ('disk', 0), ('uncompressed', 0), ('deletions', 0),
  ('changes', 0), ('exports', 0), ('recycling', 0);

CREATE TABLE properties (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
