package org.isengard.scripting;

import org.isengard.api.rest.RestClient;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Runs scripts. */
@Component(
        service = ScriptHost.class,
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ScriptHost {
    @interface Config {
        String isengard_json() default "{}";
    }

    private static final long PATIENCE = 120_000;
    private final LuaWorker main;

    @Activate
    public ScriptHost(Config config, @Reference RestClient rest) {
        ServerFunctions functions = new ServerFunctions(rest, config.isengard_json());
        main = new LuaWorker(
                "main",
                () -> new LuaSession(
                        new LuaSession.Limits(30_000, 256L << 20), new ScriptOutput(), functions.forSession()));
    }

    @Deactivate
    void stop() {
        main.close();
    }

    byte[] execute(byte[] script) {
        return main.call(lua -> lua.run(script, "line"), PATIENCE);
    }
}
