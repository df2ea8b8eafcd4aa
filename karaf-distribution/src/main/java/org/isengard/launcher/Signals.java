package org.isengard.launcher;

import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * The signals that ask a process to stop. A shutdown hook runs once only, and cannot tell a second signal from the first;
 * the JDK offers nothing else for that than {@code sun.misc.Signal} (module jdk.unsupported), against which javac warns,
 * so this class finds it by name.
 */
final class Signals {
    private static final String PACKAGE = "sun.misc.";

    private Signals() {}

    /**
     * @param action gets the name of each signal, TERM or INT, on a thread of the virtual machine
     * @throws ReflectiveOperationException when the virtual machine has no such class
     */
    static void onStop(Consumer<String> action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName(PACKAGE + "Signal");
        Class<?> handler = Class.forName(PACKAGE + "SignalHandler");
        for (String name : new String[] {"TERM", "INT"}) {
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        action.accept(name);
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        }
    }
}
