package org.isengard.scripting;

import jakarta.servlet.Filter;
import java.io.IOException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Request;
import org.isengard.api.rest.Response;
import org.isengard.rest.kit.Feature;
import org.isengard.rest.kit.Routes;
import org.isengard.rest.kit.RoutingFilter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** {@code /tools/execute-script}: runs a script that the client sends. */
@Component(service = Filter.class, configurationPid = "org.isengard", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Feature(isengard_feature = "scripting")
public final class ScriptRoutes extends RoutingFilter {
    private static final int MAX_SCRIPT = 16 << 20;

    @interface Config {
        boolean ExecuteLuaEnabled();
    }

    private final ScriptHost host;
    private final boolean enabled;

    @Activate
    public ScriptRoutes(Config config, @Reference ScriptHost host) {
        super(new Routes());
        this.host = host;
        enabled = config.ExecuteLuaEnabled();
        routes().post("/tools/execute-script", this::execute);
    }

    private void execute(Request request, Response response) throws IOException {
        if (!enabled) {
            throw new IsengardException(
                    ErrorCode.FORBIDDEN, "Scripts of clients are off: see \"ExecuteLuaEnabled\" in the configuration");
        }
        byte[] script = request.bytes(MAX_SCRIPT);
        try {
            response.bytes(host.execute(script), "text/plain");
        } catch (ScriptError e) {
            throw new IsengardException(ErrorCode.LUA_NOT_AVAILABLE, e.getMessage(), e);
        }
    }
}
