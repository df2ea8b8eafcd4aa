package org.isengard.networking;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.isengard.networking.scu.IdleAssociations;
import org.isengard.networking.scu.Modalities;
import org.isengard.networking.worklist.WorklistFolder;
import org.isengard.networking.worklist.WorklistScp;
import org.isengard.runtime.options.OptionValues;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/** Component configurations and a framework for tests without one. */
public final class Configs {
    private Configs() {}

    /** The defaults of a configuration, but for these values. */
    public static <T> T of(Class<T> type, Map<String, Object> values) {
        return OptionValues.of(type, values);
    }

    /** The modalities of these options, without a database. */
    public static Modalities modalities(Map<String, Object> values) {
        return new Modalities(
                new IdleAssociations(of(IdleAssociations.Config.class, values)),
                of(Modalities.Config.class, values),
                new Lease<>("feature index", new SwapTimeout(0)));
    }

    /** A worklist without items. */
    public static WorklistScp worklists() {
        BundleContext framework = framework();
        return new WorklistScp(
                new WorklistFolder(of(WorklistFolder.Config.class, Map.of("isengard.workdir", ".")), framework),
                of(WorklistScp.Config.class, Map.of()),
                framework);
    }

    /** A framework that runs, without any service. */
    public static BundleContext framework() {
        Bundle system = proxy(Bundle.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getState" -> Bundle.ACTIVE;
            default -> throw new UnsupportedOperationException(method.toString());
        });
        return proxy(BundleContext.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getBundle" -> system;
            case "getProperty", "addServiceListener", "removeServiceListener", "getServiceReferences" -> null;
            case "createFilter" -> FrameworkUtil.createFilter((String) arguments[0]);
            case "registerService" -> proxy(ServiceRegistration.class, (registration, call, none) -> null);
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(Configs.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
