package org.isengard.networking.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Index;
import org.isengard.runtime.Json;
import org.isengard.runtime.swap.Lease;

/**
 * Remote systems by name: declared by an option and through REST. Kept until the next start, or with an index in its
 * database, where other servers on the same database see them too.
 */
public final class RemoteRegistry<T> {
    private final String property;
    private final BiFunction<String, JsonNode, T> parser;
    private final Function<T, JsonNode> writer;
    private final Lease<Index> database;
    private volatile Map<String, T> inMemory;

    /**
     * @param option those declared from the start, as JSON; a database that has some keeps its own
     * @param database where they are kept, waited for while it is swapped; null for in memory
     * @throws IsengardException when the option cannot be understood
     */
    public RemoteRegistry(
            String property,
            String option,
            BiFunction<String, JsonNode, T> parser,
            Function<T, JsonNode> writer,
            Lease<Index> database) {
        this.property = property;
        this.parser = parser;
        this.writer = writer;
        this.database = database;
        inMemory = parse(option);
    }

    public Map<String, T> all() {
        return database == null
                ? inMemory
                : ask(index -> index.globalProperty(property)).map(this::parse).orElse(inMemory);
    }

    private <R> R ask(Lease.Use<Index, R> question) {
        try {
            return database.use(question);
        } catch (IOException e) {
            throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, e.getMessage(), e);
        }
    }

    private Map<String, T> parse(String json) {
        Map<String, T> parsed = new TreeMap<>();
        try {
            Json.MAPPER.readTree(json).properties().forEach(field -> {
                if (field.getValue().isContainerNode()) {
                    parsed.put(field.getKey(), parser.apply(field.getKey(), field.getValue()));
                }
            });
        } catch (JsonProcessingException e) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, property + ": " + e.getMessage(), e);
        }
        return Collections.unmodifiableMap(parsed);
    }

    public Optional<T> get(String name) {
        return Optional.ofNullable(all().get(name));
    }

    public synchronized void put(String name, JsonNode json) {
        T value = parser.apply(name, json);
        Map<String, T> changed = new TreeMap<>(all());
        changed.put(name, value);
        keep(changed);
    }

    /** @throws IsengardException INEXISTENT_ITEM when there is none of this name */
    public synchronized void remove(String name) {
        Map<String, T> changed = new TreeMap<>(all());
        if (changed.remove(name) == null) {
            throw new IsengardException(ErrorCode.INEXISTENT_ITEM, "Not declared: " + name);
        }
        keep(changed);
    }

    private void keep(Map<String, T> values) {
        if (database == null) {
            inMemory = Collections.unmodifiableMap(values);
        } else {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            values.forEach((name, value) -> json.set(name, writer.apply(value)));
            ask(index -> {
                index.setGlobalProperty(property, json.toString());
                return null;
            });
        }
    }
}
