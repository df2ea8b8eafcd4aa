package org.isengard.scripting;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.store.KeyValueStores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code StoreKeyValue(store, key, value)}, {@code GetKeyValue(store, key)} and {@code DeleteKeyValue(store, key)} of Orthanc
 * 1.13.0. A key without a value, wrong arguments and a call that fails give nil; the last two with a line in the log.
 */
final class KeyValueFunctions {
    private static final Logger LOG = LoggerFactory.getLogger(KeyValueFunctions.class);
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Supplier<KeyValueStores> stores;

    /** @param stores gives null while they are not there */
    KeyValueFunctions(Supplier<KeyValueStores> stores) {
        this.stores = stores;
    }

    void addTo(Map<String, ProxyExecutable> functions) {
        functions.put(
                "StoreKeyValue",
                arguments -> call("StoreKeyValue", 3, arguments, there -> {
                    there.put(text(arguments[0]), text(arguments[1]), ServerFunctions.bytes(arguments[2]));
                    return true;
                }));
        functions.put(
                "GetKeyValue",
                arguments -> call(
                        "GetKeyValue",
                        2,
                        arguments,
                        there -> there.get(text(arguments[0]), text(arguments[1]))
                                .map(ByteBuffer::wrap)
                                .orElse(null)));
        functions.put(
                "DeleteKeyValue",
                arguments -> call("DeleteKeyValue", 2, arguments, there -> {
                    there.delete(text(arguments[0]), text(arguments[1]));
                    return true;
                }));
    }

    private Object call(String name, int count, Value[] arguments, Function<KeyValueStores, Object> work) {
        boolean texts = arguments.length == count;
        for (int i = 0; texts && i < count; i++) {
            texts = arguments[i].isString();
        }
        if (!texts) {
            LOG.error("A script called {} with wrong arguments: it takes {} texts", name, count);
            return null;
        }
        try {
            return await(work);
        } catch (RuntimeException e) {
            LOG.error("A script called {}, which failed", name, e);
            return null;
        }
    }

    /** Works with the stores, waiting a bounded time while the index is being updated. */
    private Object await(Function<KeyValueStores, Object> work) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            KeyValueStores there = stores.get();
            try {
                if (there != null) {
                    return work.apply(there);
                }
            } catch (IsengardException e) {
                if (e.error() != ErrorCode.SERVICE_UNAVAILABLE) {
                    throw e;
                }
            }
            if (System.nanoTime() - end > 0) {
                throw new IsengardException(ErrorCode.SERVICE_UNAVAILABLE, "The index is not there");
            }
            ServerFunctions.pause();
        }
    }

    private static String text(Value text) {
        return new String(ServerFunctions.bytes(text), StandardCharsets.UTF_8);
    }
}
