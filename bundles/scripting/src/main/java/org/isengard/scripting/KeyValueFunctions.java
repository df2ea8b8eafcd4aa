package org.isengard.scripting;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.isengard.api.store.KeyValueStores;
import org.isengard.runtime.swap.Lease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code StoreKeyValue(store, key, value)}, {@code GetKeyValue(store, key)} and {@code DeleteKeyValue(store, key)} of Orthanc
 * 1.13.0. A key without a value, wrong arguments and a call that fails give nil; the last two with a line in the log.
 */
final class KeyValueFunctions {
    private static final Logger LOG = LoggerFactory.getLogger(KeyValueFunctions.class);

    private final Lease<KeyValueStores> stores;

    /** @param stores which a script waits for while the index is swapped */
    KeyValueFunctions(Lease<KeyValueStores> stores) {
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
            return stores.use(work::apply);
        } catch (IOException | RuntimeException e) {
            LOG.error("A script called {}, which failed", name, e);
            return null;
        }
    }

    private static String text(Value text) {
        return new String(ServerFunctions.bytes(text), StandardCharsets.UTF_8);
    }
}
