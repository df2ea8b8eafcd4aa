package org.isengard.index.find;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.isengard.api.ResourceLevel;
import org.isengard.api.index.FindRequest;
import org.isengard.api.index.FindRequest.Constraint;
import org.isengard.api.index.FindRequest.Match;
import org.isengard.api.index.FindRequest.Order;
import org.isengard.api.index.Metadata;
import org.isengard.api.security.Visibility;
import org.isengard.index.rows.MainTags;
import org.isengard.index.rows.Normalized;
import org.isengard.index.rows.PublicId;
import org.isengard.index.rows.Tables;
import org.isengard.index.rows.TextSearch;
import org.isengard.index.sql.Dialect;

/**
 * A search as SQL. Conditions on tags with a column of their own are decided by the database; the others, and those
 * that are case sensitive, are left to {@link #open} conditions on the packed tags of the candidates.
 */
public final class FindSql {
    public static final int MODALITIES_IN_STUDY = 0x00080061;

    /** A condition that the database cannot decide; {@code column} is where the packed tags are in the result. */
    public record Open(Constraint constraint, int column) {}

    private static final long NO_LIMIT = Long.MAX_VALUE;
    private final Dialect dialect;
    private final FindRequest request;
    private final MainTags mainTags;
    private final ResourceLevel level;
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> arguments = new ArrayList<>();
    private final List<Open> open = new ArrayList<>();
    private final List<String> columns = new ArrayList<>();
    private final String alias;
    private final VisibleStudies visible;
    private ResourceLevel highest;
    private String textTable;
    private ResourceLevel textLevel;
    private String rangeColumn;

    /** @param visibility of the user who searches: a condition of every search, unless it is everything */
    public FindSql(FindRequest request, MainTags mainTags, Dialect dialect, Visibility visibility) {
        this.dialect = dialect;
        this.request = request;
        this.mainTags = mainTags;
        this.level = request.level();
        this.highest = level;
        this.alias = Tables.alias(level);
        this.visible = new VisibleStudies(visibility);
        columns.add(alias + ".id");
        columns.add(alias + ".public_id");
        within();
        request.constraints().forEach(this::constrain);
        labels();
        if (orderInJava()) {
            columns.add(alias + ".tags");
            columns.add(alias + ".metadata");
        }
    }

    /** {@return conditions for the caller to check on each row} */
    public List<Open> open() {
        return open;
    }

    /** Where metadata is in the result; tags are right before it. */
    public int metadataColumn() {
        return columns.size();
    }

    public boolean decided() {
        return open.isEmpty() && request.metadata().isEmpty();
    }

    /** {@return whether the order asked for is one the database cannot give} */
    public boolean orderInJava() {
        return request.orderBy().stream().anyMatch(order -> orderColumn(order) == null);
    }

    /** {@return whether everything of the level is asked for, in the order of arrival} */
    public boolean isEverything() {
        return conditions.isEmpty()
                && visible.isEverything()
                && decided()
                && request.orderBy().isEmpty();
    }

    public List<Object> arguments() {
        List<Object> all = new ArrayList<>(arguments);
        all.addAll(visible.arguments());
        return all;
    }

    public String count() {
        boolean all = isUnconditional();
        return "SELECT COUNT(*)" + from(all) + where(all);
    }

    /** {@return the search without since and limit} */
    public String select() {
        // Asks for the columns of the order, which may need a table of a higher level.
        String order = order();
        boolean all = isUnconditional() && !request.orderBy().isEmpty();
        return "SELECT " + String.join(", ", columns) + from(all) + where(all) + order;
    }

    /** {@return the search with since and limit, whose arguments follow} */
    public String selectPage(List<Object> with) {
        with.add(request.limit() == 0 ? NO_LIMIT : request.limit());
        with.add(request.since());
        return select() + " LIMIT ? OFFSET ?";
    }

    private String from(boolean all) {
        ResourceLevel top = top(all);
        if (textTable == null) {
            return " FROM " + table(level) + joins(level, top, " JOIN ");
        }
        // The text index comes first and gives its rows in their order, so that a limit ends the search.
        StringBuilder sql = new StringBuilder(" FROM ").append(textTable);
        sql.append(" CROSS JOIN ").append(table(textLevel));
        for (ResourceLevel at = textLevel; at != level; ) {
            ResourceLevel child = at.child().orElseThrow();
            sql.append(" CROSS JOIN ").append(table(child)).append(on(child, at));
            at = child;
        }
        return sql.append(joins(textLevel, top, " CROSS JOIN ")).toString();
    }

    private static String table(ResourceLevel level) {
        return Tables.name(level) + " " + Tables.alias(level);
    }

    private static String joins(ResourceLevel from, ResourceLevel to, String join) {
        StringBuilder sql = new StringBuilder();
        for (ResourceLevel at = from; to.isAbove(at); ) {
            ResourceLevel parent = Tables.parent(at);
            sql.append(join).append(table(parent)).append(on(at, parent));
            at = parent;
        }
        return sql.toString();
    }

    private static String on(ResourceLevel child, ResourceLevel parent) {
        return " ON " + Tables.alias(parent) + ".id = " + Tables.alias(child) + "." + Tables.parentColumn(child);
    }

    private String where(boolean visibleFirst) {
        List<String> all = new ArrayList<>();
        if (textTable != null) {
            all.add(textTable + " MATCH ?");
            all.add(Tables.alias(textLevel) + ".id = " + textTable + ".rowid");
        }
        all.addAll(conditions);
        if (!visible.isEverything()) {
            all.add(visibleOnly(visibleFirst));
        }
        return all.isEmpty() ? "" : " WHERE " + String.join(" AND ", all);
    }

    private String order() {
        if (request.orderBy().isEmpty() || orderInJava()) {
            String id = alias + ".id";
            if (textTable != null) {
                // Nothing more, or the database would sort instead of walking.
                return " ORDER BY " + textTable + ".rowid";
            }
            // In the order of the index that is walked, a page needs no more than its rows.
            return " ORDER BY " + (rangeColumn == null ? id : rangeColumn + ", " + id);
        }
        StringBuilder sql = new StringBuilder(" ORDER BY ");
        for (Order order : request.orderBy()) {
            sql.append(orderColumn(order))
                    .append(order.ascending() ? " ASC" : " DESC")
                    .append(" NULLS LAST, ");
        }
        return sql.append(alias).append(".id").toString();
    }

    private String orderColumn(Order order) {
        if (order.cast() != FindRequest.Cast.NONE) {
            // PostgreSQL casts no text that is not a number as a whole.
            return null;
        }
        if (order.metadata() != null) {
            boolean column = order.metadata().equals(Metadata.LAST_UPDATE) && level != ResourceLevel.INSTANCE;
            return column ? alias + ".last_update" : null;
        }
        Optional<ResourceLevel> tagLevel = levelOf(order.tag());
        Tables.Key key = tagLevel.map(at -> Tables.key(order.tag(), at, level)).orElse(null);
        if (key == null) {
            return null;
        }
        need(ofAlias(key));
        return key.sql();
    }

    private ResourceLevel ofAlias(Tables.Key key) {
        for (ResourceLevel candidate : ResourceLevel.values()) {
            if (Tables.alias(candidate).equals(key.alias())) {
                return candidate;
            }
        }
        throw new IllegalStateException(key.alias());
    }

    private void need(ResourceLevel above) {
        if (above.isAbove(highest)) {
            highest = above;
        }
    }

    /** {@return the lowest level, from the searched one up, that keeps a tag} */
    private Optional<ResourceLevel> levelOf(int tag) {
        for (int at = level.ordinal(); at >= 0; at--) {
            ResourceLevel candidate = ResourceLevel.values()[at];
            if (mainTags.of(candidate).contains(tag)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private void within() {
        FindRequest.Within within = request.within();
        if (within == null) {
            return;
        }
        byte[] publicId = PublicId.parse(within.id());
        if (publicId == null || level.isAbove(within.level())) {
            conditions.add("1 = 0");
            return;
        }
        String column;
        if (within.level() == level) {
            column = alias + ".id";
        } else {
            ResourceLevel below = within.level().child().orElseThrow();
            need(below);
            column = Tables.alias(below) + "." + Tables.parentColumn(below);
        }
        conditions.add(column + " = (SELECT id FROM " + Tables.name(within.level()) + " WHERE public_id = ?)");
        arguments.add(publicId);
    }

    private void labels() {
        int number = level.ordinal();
        List<String> labels = List.copyOf(new TreeSet<>(request.labels()));
        String id = alias + ".id";
        String select = "(SELECT resource_id FROM labels WHERE level = " + number + " AND label ";
        String any = "IN (?" + ", ?".repeat(Math.max(0, labels.size() - 1)) + "))";
        switch (request.labelsConstraint()) {
            case ALL ->
                labels.forEach(label -> {
                    conditions.add(id + " IN " + select + "= ?)");
                    arguments.add(label);
                });
            case ANY -> {
                if (!labels.isEmpty()) {
                    conditions.add(id + " IN " + select + any);
                    arguments.addAll(labels);
                }
            }
            case NONE -> {
                if (labels.isEmpty()) {
                    conditions.add(alias + ".labels = ''");
                } else {
                    conditions.add(id + " NOT IN " + select + any);
                    arguments.addAll(labels);
                }
            }
        }
    }

    /**
     * A resource is visible with its study, a patient with any of his studies.
     *
     * @param all whether every visible resource is wanted, so that it is best to begin with these
     */
    private String visibleOnly(boolean all) {
        if (level == ResourceLevel.PATIENT) {
            return all
                    ? "p.id IN (SELECT patient_id FROM studies WHERE id " + visible.ids() + ")"
                    : "EXISTS (SELECT 1 FROM studies vs WHERE vs.patient_id = p.id AND " + visible.admits("vs") + ")";
        }
        return all ? studyColumn() + " " + visible.ids() : visible.admits(Tables.alias(ResourceLevel.STUDY));
    }

    private String studyColumn() {
        return level == ResourceLevel.STUDY ? alias + ".id" : "se.study_id";
    }

    /** {@return the highest level that is joined} */
    private ResourceLevel top(boolean all) {
        if (visible.isEverything() || level == ResourceLevel.PATIENT) {
            return highest;
        }
        ResourceLevel wanted = all ? ResourceLevel.SERIES : ResourceLevel.STUDY;
        return wanted.isAbove(highest) ? wanted : highest;
    }

    /** {@return whether nothing but the visibility restricts the search} */
    private boolean isUnconditional() {
        return conditions.isEmpty() && textTable == null;
    }

    private void constrain(Constraint constraint) {
        if (constraint.tag() == MODALITIES_IN_STUDY) {
            constrainModalities(constraint);
            return;
        }
        Optional<ResourceLevel> tagLevel = levelOf(constraint.tag());
        if (tagLevel.isEmpty()) {
            // Not a tag the index keeps at or above this level: it is missing everywhere.
            if (constraint.mandatory()) {
                conditions.add("1 = 0");
            }
            return;
        }
        ResourceLevel at = tagLevel.get();
        boolean studysPatient = at == ResourceLevel.PATIENT && level != ResourceLevel.PATIENT;
        ResourceLevel table = studysPatient ? ResourceLevel.STUDY : at;
        if (constraint.tag() == Tables.SOP_UID) {
            constrainUidHash(constraint);
        }
        Tables.Key key = Tables.key(constraint.tag(), at, level);
        if (key != null) {
            need(table);
            constrainKey(key, table, constraint);
        }
        if (key == null || constraint.caseSensitive() || Wildcards.areIntricate(constraint)) {
            need(table);
            columns.add(Tables.alias(table) + (studysPatient ? ".patient_tags" : ".tags"));
            open.add(new Open(constraint, columns.size()));
        }
    }

    private void constrainUidHash(Constraint constraint) {
        if (constraint.match() == Match.EQUAL || constraint.match() == Match.LIST) {
            conditions.add(
                    "i.k_sop_uid IN (?" + ", ?".repeat(constraint.values().size() - 1) + ")");
            constraint.values().forEach(uid -> arguments.add(Normalized.hash(uid)));
        }
    }

    private void constrainModalities(Constraint constraint) {
        List<String> values = constraint.values().stream().map(Normalized::of).toList();
        String list = " IN (?" + ", ?".repeat(values.size() - 1) + ")";
        if (level == ResourceLevel.PATIENT) {
            conditions.add("EXISTS (SELECT 1 FROM studies ms JOIN series m ON m.study_id = ms.id WHERE ms.patient_id ="
                    + " p.id AND m.k_modality" + list + ")");
        } else {
            need(ResourceLevel.STUDY);
            conditions.add("EXISTS (SELECT 1 FROM series m WHERE m.study_id = st.id AND m.k_modality" + list + ")");
        }
        arguments.addAll(values);
    }

    private void constrainKey(Tables.Key key, ResourceLevel table, Constraint constraint) {
        List<String> values = constraint.values().stream()
                .map(value -> Normalized.of(constraint.tag(), value))
                .toList();
        String column = key.sql();
        List<String> parts = new ArrayList<>();
        List<Object> bound = new ArrayList<>();
        switch (constraint.match()) {
            case EQUAL -> {
                parts.add(column + " = ?");
                bound.add(values.get(0));
            }
            case LIST -> {
                parts.add(column + " IN (?" + ", ?".repeat(values.size() - 1) + ")");
                bound.addAll(values);
            }
            case RANGE -> {
                noteRange(key);
                range(column, values, parts, bound);
            }
            case WILDCARD -> wildcard(key, table, constraint, parts, bound);
        }
        if (parts.isEmpty()) {
            return;
        }
        String all = String.join(" AND ", parts);
        conditions.add(constraint.mandatory() ? all : "(" + all + " OR " + column + " IS NULL)");
        arguments.addAll(bound);
    }

    private void noteRange(Tables.Key key) {
        if (rangeColumn == null && key.alias().equals(alias)) {
            rangeColumn = key.sql();
        }
    }

    private static void range(String column, List<String> values, List<String> parts, List<Object> bound) {
        if (!values.get(0).isEmpty()) {
            parts.add(column + " >= ?");
            bound.add(values.get(0));
        } else {
            parts.add(column + " > ''");
        }
        if (!values.get(1).isEmpty()) {
            parts.add(column + " <= ?");
            bound.add(values.get(1));
        }
    }

    private void wildcard(
            Tables.Key key, ResourceLevel table, Constraint constraint, List<String> parts, List<Object> bound) {
        String column = key.sql();
        String pattern = Normalized.uncut(constraint.values().get(0));
        int literal = 0;
        while (literal < pattern.length() && "*?".indexOf(pattern.charAt(literal)) < 0) {
            literal++;
        }
        if (literal > 0) {
            noteRange(key);
            String prefix = pattern.substring(0, literal);
            parts.add(column + " >= ?");
            bound.add(prefix);
            String end = Wildcards.successor(prefix);
            if (end != null) {
                parts.add(column + " < ?");
                bound.add(end);
            }
        } else if (constraint.mandatory() && TextSearch.covers(dialect, table, key.column())) {
            useText(table, TextSearch.query(key.column(), pattern));
        }
        boolean prefixOnly = literal > 0 && pattern.substring(literal).equals("*");
        if (!prefixOnly && !Wildcards.areIntricate(constraint)) {
            parts.add(column + " LIKE ? ESCAPE '\\'");
            bound.add(Wildcards.like(pattern));
        }
    }

    private void useText(ResourceLevel table, String query) {
        if (query == null) {
            return;
        }
        String text = TextSearch.table(table);
        if (textTable == null) {
            textTable = text;
            textLevel = table;
            arguments.add(0, query);
        } else {
            conditions.add(Tables.alias(table) + ".id IN (SELECT rowid FROM " + text + " WHERE " + text + " MATCH ?)");
            arguments.add(query);
        }
    }
}
