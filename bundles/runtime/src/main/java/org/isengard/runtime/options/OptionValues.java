package org.isengard.runtime.options;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;

/**
 * Typed access to options outside a component: an interface whose methods have names of options, as a component declares
 * it for Declarative Services.
 */
public final class OptionValues {
    private static final String RUN = "isengard_";

    private OptionValues() {}

    /**
     * Makes the view.
     *
     * @param type an interface or annotation type; a name that begins with {@code isengard_} is a fact of the run
     * @param values by name, in the type of the method; what is missing has the default of the catalogue
     * @throws IllegalArgumentException when the catalogue lacks an option of the type
     */
    public static <T> T of(Class<T> type, Map<String, Object> values) {
        for (Method method : type.getDeclaredMethods()) {
            if (!method.getName().startsWith(RUN)) {
                OptionCatalogue.standard().defaultOf(method.getName());
            }
        }
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, none) -> {
            Object value = values.get(method.getName());
            return value == null ? defaultOf(method) : fit(value, method);
        }));
    }

    private static Object defaultOf(Method method) {
        if (method.getName().startsWith(RUN)) {
            return method.getDefaultValue();
        }
        return fit(OptionProperties.property(OptionCatalogue.standard().defaultOf(method.getName())), method);
    }

    private static Object fit(Object value, Method method) {
        return value instanceof Long number && method.getReturnType() == int.class
                ? (Object) Math.toIntExact(number)
                : value;
    }
}
