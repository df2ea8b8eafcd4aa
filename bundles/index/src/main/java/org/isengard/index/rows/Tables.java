package org.isengard.index.rows;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.isengard.api.ResourceLevel;

/** The tables of the four levels: their names in SQL and the columns that are searched. */
public final class Tables {
    /** A normalised copy of a tag; {@code alias} is the table it is in for searches at the level and below. */
    public record Key(String alias, String column, int tag) {
        public String sql() {
            return alias + "." + column;
        }
    }

    public static final int PATIENT_ID = 0x00100020;
    public static final int STUDY_UID = 0x0020000d;
    public static final int SERIES_UID = 0x0020000e;
    public static final int SOP_UID = 0x00080018;
    public static final int PATIENT_NAME = 0x00100010;
    public static final int BIRTH_DATE = 0x00100030;

    private static final List<Key> PATIENT_KEYS = List.of(
            new Key("p", "k_patient_id", PATIENT_ID),
            new Key("p", "k_patient_name", PATIENT_NAME),
            new Key("p", "k_birth_date", BIRTH_DATE));
    /** Patient tags as they came with the study. */
    private static final List<Key> STUDY_PATIENT_KEYS = List.of(
            new Key("st", "k_patient_id", PATIENT_ID),
            new Key("st", "k_patient_name", PATIENT_NAME),
            new Key("st", "k_birth_date", BIRTH_DATE));

    private static final List<Key> STUDY_KEYS = List.of(
            new Key("st", "k_study_uid", STUDY_UID),
            new Key("st", "k_study_date", 0x00080020),
            new Key("st", "k_accession", 0x00080050),
            new Key("st", "k_study_description", 0x00081030));
    private static final List<Key> SERIES_KEYS = List.of(
            new Key("se", "k_series_uid", SERIES_UID),
            new Key("se", "k_modality", 0x00080060),
            new Key("se", "k_series_description", 0x0008103e));

    private Tables() {}

    public static String name(ResourceLevel level) {
        return switch (level) {
            case PATIENT -> "patients";
            case STUDY -> "studies";
            case SERIES -> "series";
            case INSTANCE -> "instances";
        };
    }

    public static String alias(ResourceLevel level) {
        return switch (level) {
            case PATIENT -> "p";
            case STUDY -> "st";
            case SERIES -> "se";
            case INSTANCE -> "i";
        };
    }

    /** {@return the column with the number of the parent's row} */
    public static String parentColumn(ResourceLevel level) {
        return switch (level) {
            case PATIENT -> throw new IllegalArgumentException("Patients have no parent");
            case STUDY -> "patient_id";
            case SERIES -> "study_id";
            case INSTANCE -> "series_id";
        };
    }

    public static ResourceLevel parent(ResourceLevel level) {
        return level.parent().orElseThrow();
    }

    /** {@return the keys of a level's own tags} */
    public static List<Key> keys(ResourceLevel level) {
        return switch (level) {
            case PATIENT -> PATIENT_KEYS;
            case STUDY -> STUDY_KEYS;
            case SERIES -> SERIES_KEYS;
            case INSTANCE -> List.of();
        };
    }

    public static List<Key> studyPatientKeys() {
        return STUDY_PATIENT_KEYS;
    }

    /** {@return the key for a tag of a level when searching at {@code searched}, or null} */
    public static Key key(int tag, ResourceLevel level, ResourceLevel searched) {
        List<Key> keys =
                level == ResourceLevel.PATIENT && searched != ResourceLevel.PATIENT ? STUDY_PATIENT_KEYS : keys(level);
        for (Key key : keys) {
            if (key.tag() == tag) {
                return key;
            }
        }
        return null;
    }

    /** A condition with one parameter: the rows of {@code target} that are, or are below, a row of {@code level}. */
    public static String below(ResourceLevel target, ResourceLevel level) {
        return below(target, level, "= ?");
    }

    /** As above for several rows of {@code level}; {@code ids} is an operator with its right side, such as {@code = ?}. */
    static String below(ResourceLevel target, ResourceLevel level, String ids) {
        if (target == level) {
            return "id " + ids;
        }
        ResourceLevel parent = parent(target);
        return parentColumn(target) + " "
                + (parent == level
                        ? ids
                        : "IN (SELECT id FROM " + name(parent) + " WHERE " + below(parent, level, ids) + ")");
    }

    /** SQL made once for each level. */
    public static Map<ResourceLevel, String> sql(Function<ResourceLevel, String> template) {
        Map<ResourceLevel, String> sql = new EnumMap<>(ResourceLevel.class);
        for (ResourceLevel level : ResourceLevel.values()) {
            sql.put(level, template.apply(level));
        }
        return sql;
    }
}
