package org.isengard.index.find;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Order;
import org.isengard.api.index.Index;
import org.isengard.api.index.MetadataValue;
import org.isengard.api.security.Identity;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.VR;
import org.isengard.index.rows.MainTags;
import org.isengard.index.rows.NamedNumbers;
import org.isengard.index.rows.PackedMetadata;
import org.isengard.index.rows.PackedTags;
import org.isengard.index.rows.PublicId;
import org.isengard.index.rows.ResourceReader;
import org.isengard.index.rows.Row;
import org.isengard.index.rows.Tables;
import org.isengard.index.sql.Session;

/** Runs searches: the database gives candidates, what it cannot decide is decided here. */
public final class Finder {
    /** Takes a resource that was found. */
    @FunctionalInterface
    public interface Found {
        void accept(long rowId, byte[] publicId) throws SQLException;
    }

    /** Short enough that no text becomes a huge number. */
    static final Pattern INTEGER = Pattern.compile("\\s*([+-]?\\d{1,64})");

    static final Pattern FLOAT =
            Pattern.compile("\\s*([+-]?(?:\\d{1,64}(?:\\.\\d{0,64})?|\\.\\d{1,64})(?:[eE][+-]?\\d{1,3})?)");

    private record Candidate(long rowId, byte[] publicId, List<String> sortKeys) {}

    private final MainTags mainTags;
    private final NamedNumbers metadataNames;
    private final ResourceReader reader;
    private final PageMarks marks = new PageMarks();

    public Finder(MainTags mainTags, NamedNumbers metadataNames, ResourceReader reader) {
        this.mainTags = mainTags;
        this.metadataNames = metadataNames;
        this.reader = reader;
    }

    public void find(Session session, FindRequest request, Found found) throws SQLException {
        FindSql sql = new FindSql(
                request, mainTags, session.dialect(), Identity.current().visibility());
        if (sql.isEverything()) {
            marks.page(session, request.level(), request.since(), request.limit(), found);
        } else if (sql.decided() && !sql.orderInJava()) {
            List<Object> arguments = new ArrayList<>(sql.arguments());
            try (ResultSet rows = session.query(sql.selectPage(arguments), arguments)) {
                while (rows.next()) {
                    found.accept(rows.getLong(1), rows.getBytes(2));
                }
            }
        } else if (sql.orderInJava()) {
            sorted(session, request, sql, found);
        } else {
            long[] skipped = {0, 0};
            candidates(session, request, sql, rows -> {
                if (skipped[0]++ >= request.since()) {
                    found.accept(rows.getLong(1), rows.getBytes(2));
                    skipped[1]++;
                }
                return request.limit() == 0 || skipped[1] < request.limit();
            });
        }
    }

    /** Resources of all levels whose own identifier is a value. */
    public List<Index.Ref> lookup(Session session, String value) throws SQLException {
        List<Index.Ref> found = new ArrayList<>();
        for (ResourceLevel level : ResourceLevel.values()) {
            int tag = switch (level) {
                case PATIENT -> Tables.PATIENT_ID;
                case STUDY -> Tables.STUDY_UID;
                case SERIES -> Tables.SERIES_UID;
                case INSTANCE -> Tables.SOP_UID;
            };
            FindRequest request = new FindRequest(
                    level,
                    null,
                    List.of(new FindRequest.Constraint(tag, FindRequest.Match.EQUAL, List.of(value), false, true)),
                    Set.of(),
                    FindRequest.LabelsConstraint.ALL,
                    Map.of(),
                    List.of(),
                    0,
                    0,
                    Set.of());
            find(session, request, (rowId, id) -> found.add(new Index.Ref(level, PublicId.toText(id))));
        }
        return found;
    }

    public long count(Session session, FindRequest request) throws SQLException {
        FindSql sql = new FindSql(
                request, mainTags, session.dialect(), Identity.current().visibility());
        if (sql.isEverything()) {
            return session.number("SELECT value FROM counters WHERE name = ?", Tables.name(request.level()));
        }
        if (sql.decided()) {
            return session.number(sql.count(), sql.arguments().toArray());
        }
        long[] count = {0};
        candidates(session, request, sql, rows -> ++count[0] > 0);
        return count[0];
    }

    @FunctionalInterface
    private interface Taker {
        /** {@return whether to go on} */
        boolean take(ResultSet row) throws SQLException;
    }

    private void candidates(Session session, FindRequest request, FindSql sql, Taker taker) throws SQLException {
        try (ResultSet rows = session.query(sql.select(), sql.arguments())) {
            while (rows.next()) {
                if (decide(session, request, sql, rows) && !taker.take(rows)) {
                    return;
                }
            }
        }
    }

    private boolean decide(Session session, FindRequest request, FindSql sql, ResultSet row) throws SQLException {
        for (FindSql.Open open : sql.open()) {
            String packed = row.getString(open.column());
            if (!TagMatch.matches(
                    open.constraint(), PackedTags.get(packed, open.constraint().tag()))) {
                return false;
            }
        }
        if (request.metadata().isEmpty()) {
            return true;
        }
        Map<String, MetadataValue> metadata = reader.metadata(
                session, Row.find(session, request.level(), row.getLong(1)).orElseThrow());
        for (Map.Entry<String, String> wanted : request.metadata().entrySet()) {
            MetadataValue value = metadataNames
                    .number(wanted.getKey())
                    .map(number -> metadata.get(metadataNames.name(number)))
                    .orElse(null);
            if (value == null || !TagMatch.wildcard(wanted.getValue(), value.value())) {
                return false;
            }
        }
        return true;
    }

    private void sorted(Session session, FindRequest request, FindSql sql, Found found) throws SQLException {
        List<Candidate> all = new ArrayList<>();
        candidates(
                session,
                request,
                sql,
                row -> all.add(new Candidate(row.getLong(1), row.getBytes(2), sortKeys(request, sql, row))));
        if (needsParents(request)) {
            all.replaceAll(candidate -> withParentKeys(session, request, candidate));
        }
        all.sort(comparator(request));
        long end = request.limit() == 0 ? all.size() : Math.min(all.size(), request.since() + request.limit());
        for (long i = request.since(); i < end; i++) {
            Candidate candidate = all.get((int) i);
            found.accept(candidate.rowId(), candidate.publicId());
        }
    }

    private boolean needsParents(FindRequest request) {
        return request.orderBy().stream()
                .anyMatch(order -> order.metadata() == null
                        && !mainTags.of(request.level()).contains(order.tag()));
    }

    private List<String> sortKeys(FindRequest request, FindSql sql, ResultSet row) throws SQLException {
        List<String> keys = new ArrayList<>();
        String tags = row.getString(sql.metadataColumn() - 1);
        Map<Integer, MetadataValue> metadata =
                new HashMap<>(PackedMetadata.unpack(row.getString(sql.metadataColumn())));
        for (Order order : request.orderBy()) {
            if (order.metadata() == null) {
                keys.add(PackedTags.get(tags, order.tag()));
            } else {
                keys.add(Optional.ofNullable(metadata.get(metadataNames.require(order.metadata())))
                        .map(MetadataValue::value)
                        .orElse(null));
            }
        }
        return keys;
    }

    private Candidate withParentKeys(Session session, FindRequest request, Candidate candidate) {
        try {
            Row row = Row.find(session, request.level(), candidate.rowId()).orElseThrow();
            Map<ResourceLevel, Map<Integer, String>> tags = reader.read(
                            session, row, EnumSet.of(FindRequest.Part.TAGS, FindRequest.Part.PARENT_TAGS))
                    .tags();
            List<String> keys = new ArrayList<>(candidate.sortKeys());
            for (int i = 0; i < keys.size(); i++) {
                Order order = request.orderBy().get(i);
                if (order.metadata() == null && keys.get(i) == null) {
                    keys.set(
                            i,
                            tags.values().stream()
                                    .map(values -> values.get(order.tag()))
                                    .filter(Objects::nonNull)
                                    .findFirst()
                                    .orElse(null));
                }
            }
            return new Candidate(candidate.rowId(), candidate.publicId(), keys);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Comparator<Candidate> comparator(FindRequest request) {
        Comparator<Candidate> comparator = null;
        for (int i = 0; i < request.orderBy().size(); i++) {
            int at = i;
            Order order = request.orderBy().get(i);
            Comparator<String> values = values(order);
            Comparator<Candidate> next = Comparator.comparing(
                    candidate -> candidate.sortKeys().get(at),
                    Comparator.nullsLast(order.ascending() ? values : values.reversed()));
            comparator = comparator == null ? next : comparator.thenComparing(next);
        }
        return comparator.thenComparingLong(Candidate::rowId);
    }

    private static Comparator<String> values(Order order) {
        return switch (order.cast()) {
            case INTEGER -> Comparator.comparing(value -> leadingNumber(INTEGER, value));
            case FLOAT -> Comparator.comparing(value -> leadingNumber(FLOAT, value));
            case NONE ->
                order.metadata() != null || isNumber(order.tag()) ? Finder::compareNumbers : Comparator.naturalOrder();
        };
    }

    /** {@return the number with which a text begins, 0 for none} */
    static BigDecimal leadingNumber(Pattern form, String text) {
        Matcher matcher = form.matcher(text);
        return matcher.lookingAt() ? new BigDecimal(matcher.group(1)) : BigDecimal.ZERO;
    }

    private static boolean isNumber(int tag) {
        VR vr = Dictionary.standard().vrOf(tag, null);
        return vr == VR.IS || vr == VR.DS || vr.isNumber();
    }

    /** Compares as numbers what are numbers, as text what is not. */
    private static int compareNumbers(String a, String b) {
        try {
            return Double.compare(Double.parseDouble(a.strip()), Double.parseDouble(b.strip()));
        } catch (NumberFormatException e) {
            return a.compareTo(b);
        }
    }
}
