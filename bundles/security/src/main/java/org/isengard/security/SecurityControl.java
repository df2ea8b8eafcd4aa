package org.isengard.security;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.index.Index;
import org.isengard.api.security.AccessControl;
import org.isengard.api.security.AuditLog;
import org.isengard.api.security.Authenticator;
import org.isengard.api.security.Authorizer;
import org.isengard.api.security.Identity;
import org.isengard.rest.kit.access.AccessPlugins;
import org.isengard.rest.kit.access.AccessPlugins.Absence;
import org.isengard.runtime.Json;
import org.isengard.runtime.StartFailure;
import org.isengard.runtime.files.DurableJsonFiles;
import org.isengard.runtime.options.Directories;
import org.isengard.runtime.swap.LazyServices;
import org.isengard.runtime.swap.Lease;
import org.isengard.runtime.swap.SwapTimeout;
import org.isengard.security.audit.FileAuditLog;
import org.isengard.security.login.BasicCredentials;
import org.isengard.security.login.LoginThrottle;
import org.isengard.security.login.RecentLogins;
import org.isengard.security.password.Passwords;
import org.isengard.security.plugin.Authenticators;
import org.isengard.security.plugin.Authorizers;
import org.isengard.security.plugin.BoundedCalls;
import org.isengard.security.plugin.NamedResources;
import org.isengard.security.role.AuthorizationOptions;
import org.isengard.security.role.ResourceGuard;
import org.isengard.security.role.RoleStore;
import org.isengard.security.role.RouteRule;
import org.isengard.security.role.RouteRules;
import org.isengard.security.token.ApiKeys;
import org.isengard.security.token.Share;
import org.isengard.security.token.Shares;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each request for its user, and decides by the roles of the user. Plugins are asked first who calls, and last whether the
 * caller may do this.
 *
 * <p>Threading: requests decide on their own threads; everything here is immutable or thread-safe.
 */
@Component(
        service = {AccessControl.class, SecurityControl.class},
        configurationPid = "org.isengard",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class SecurityControl implements AccessControl {
    @interface Config {
        boolean RemoteAccessAllowed();

        boolean AuthenticationEnabled();

        String RegisteredUsers();

        String Authorization();

        boolean SslEnabled();

        boolean SslVerifyPeers();

        String StorageDirectory();

        String IndexDirectory();

        String isengard_workdir() default ".";
    }

    private static final String BEARER = "Bearer ";

    /** Headers that clients of Orthanc's authorization plugin use. */
    private static final List<String> TOKEN_HEADERS = List.of("auth-token", "token", "api-key");

    private static final String NOT_FOUND = "There is no such resource, or the user may not see it";
    private static final String INDEX_AWAY = "The feature index is being updated, try again";
    private static final long PLUGIN_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Logger LOG = LoggerFactory.getLogger(SecurityControl.class);

    private final Passwords passwords;
    private final boolean authenticate;
    private final AuthorizationOptions options;
    private final RoleStore roles;
    private final RouteRules rules;
    /** Null without roles. */
    private final Shares shares;

    /** Null without roles. */
    private final ApiKeys apiKeys;

    private final LoginThrottle throttle = new LoginThrottle(System::nanoTime);
    private final RecentLogins logins = new RecentLogins(System::nanoTime);
    private final FileAuditLog audit;
    private final Lease<Index> index;
    private final ResourceGuard guard;
    private final LazyServices<Authenticator> authenticatorServices;
    private final LazyServices<Authorizer> authorizerServices;
    private final BoundedCalls pluginCalls = new BoundedCalls(PLUGIN_NANOS);
    private final Authenticators authenticators;
    private final Authorizers authorizers;

    @Activate
    public SecurityControl(
            Config config, BundleContext context, @Reference FileAuditLog audit, @Reference AccessPlugins plugins)
            throws IOException {
        this.audit = audit;
        index = Lease.follow(context, Index.class, "feature index", SwapTimeout.of(context));
        guard = new ResourceGuard(index);
        try {
            Map<String, String> users = new HashMap<>();
            for (Map.Entry<String, JsonNode> user :
                    Json.MAPPER.readTree(config.RegisteredUsers()).properties()) {
                users.put(user.getKey(), user.getValue().asText());
            }
            passwords = new Passwords(users, System::nanoTime);
            options = AuthorizationOptions.parse(config.Authorization());
            Path directory = Directories.of(
                            config.isengard_workdir(), config.StorageDirectory(), config.IndexDirectory())
                    .index()
                    .resolve("security");
            DurableJsonFiles files = options.enabled() ? new DurableJsonFiles(directory) : null;
            roles = new RoleStore(options.roles(), files);
            shares = options.enabled() ? new Shares(files, Clock.systemUTC()) : null;
            apiKeys = options.enabled() ? new ApiKeys(files, Clock.systemUTC()) : null;
            boolean certificates = config.SslEnabled() && config.SslVerifyPeers();
            // As in Orthanc: users are asked for where some are registered, unless that is switched off.
            authenticate = config.AuthenticationEnabled()
                    && (!users.isEmpty() || config.RemoteAccessAllowed() && !certificates);
        } catch (IsengardException | IllegalArgumentException e) {
            StartFailure.stop(context, e instanceof IsengardException known ? known.details() : e.getMessage());
            throw e;
        }
        rules = new RouteRules(options.rules());
        authenticatorServices = LazyServices.open(context, Authenticator.class);
        authorizerServices = LazyServices.open(context, Authorizer.class);
        authenticators = new Authenticators(plugins, pluginCalls, authenticatorServices::requiredByBundle);
        authorizers =
                new Authorizers(plugins, pluginCalls, authorizerServices::requiredByBundle, new NamedResources(index));
    }

    @Deactivate
    void close() {
        pluginCalls.close();
        authenticatorServices.close();
        authorizerServices.close();
        index.end();
    }

    RoleStore roles() {
        return roles;
    }

    Lease<Index> index() {
        return index;
    }

    /**
     * {@return the links}
     *
     * @throws IsengardException INEXISTENT_ITEM when users have no roles
     */
    Shares shares() {
        requireRoles();
        return shares;
    }

    /**
     * {@return the keys of programs}
     *
     * @throws IsengardException INEXISTENT_ITEM when users have no roles
     */
    ApiKeys apiKeys() {
        requireRoles();
        return apiKeys;
    }

    boolean hasRoles() {
        return options.enabled();
    }

    boolean hasAudit() {
        return audit.isEnabled();
    }

    void requireRoles() {
        if (!hasRoles()) {
            throw new IsengardException(
                    ErrorCode.INEXISTENT_ITEM, "Users have no roles: the configuration has no \"Authorization\"");
        }
    }

    /** {@return the token or key that comes with a request; "" for none} */
    private static String token(Attempt attempt) {
        for (String name : TOKEN_HEADERS) {
            String value = attempt.header(name);
            if (value != null && !value.isEmpty()) {
                return value;
            }
        }
        String bearer = attempt.header("Authorization");
        if (bearer != null && bearer.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return bearer.substring(BEARER.length()).strip();
        }
        List<String> argument = attempt.query().get("token");
        return argument == null ? "" : argument.get(0);
    }

    /**
     * {@return the identity that a token or key gives; empty when it gives none (any more)}
     *
     * @param told whether the log tells of one that gives none
     */
    private Optional<Identity> withToken(String token, String address, boolean told) {
        if (token.startsWith(ApiKeys.MARK)) {
            Optional<ApiKeys.ApiKey> key = apiKeys.read(token);
            if (key.isEmpty() && told) {
                LOG.warn("An API key that does not hold came from {}", address);
            }
            return key.map(one -> roles.identity(one.user(), one.roles()));
        }
        Shares.Read read = shares.read(token);
        if (read.share().isEmpty() && told) {
            LOG.warn("A token that is {} came from {}", read.error(), address);
        }
        return read.share().map(Share::identity);
    }

    @Override
    public Decision decide(Attempt attempt) {
        Authenticators.Outcome plugins = authenticators.ask(attempt);
        if (plugins.refusal().isPresent()) {
            LOG.info(
                    "A plugin refuses a request from {}: {}",
                    attempt.remoteIp(),
                    plugins.refusal().get());
            return Decision.refuse(401, "", plugins.refusal().get());
        }
        return plugins.identity().isPresent()
                ? authorize(attempt, plugins.identity().get(), true, true)
                : decideAlone(attempt, plugins.absence());
    }

    /**
     * Decides by the server's own users, links and keys.
     *
     * @param absence a plugin that might know the caller: only a right password, link or key makes it needless
     */
    private Decision decideAlone(Attempt attempt, Optional<Absence> absence) {
        String token = options.enabled() ? token(attempt) : "";
        if (!token.isEmpty()) {
            Optional<Identity> identity = withToken(token, attempt.remoteIp(), absence.isEmpty());
            if (identity.isPresent()) {
                return authorize(attempt, identity.get(), true, true);
            }
            return absence.isPresent() ? waitFor(absence.get(), "") : Decision.refuse(401, "", "");
        }
        Optional<BasicCredentials> basic = BasicCredentials.of(attempt.header("Authorization"));
        Identity identity;
        boolean known;
        // A name that the server does not know may be one of the plugin that is away: it is no failed login.
        if (authenticate
                && basic.isPresent()
                && (absence.isEmpty() || passwords.knows(basic.get().name()))) {
            Decision login = login(basic.get(), attempt.remoteIp());
            if (login.identity().isEmpty()) {
                return login;
            }
            identity = login.identity().get();
            known = true;
        } else if (absence.isPresent()) {
            return waitFor(absence.get(), "");
        } else if (!attempt.certificateName().isEmpty()) {
            identity = withRoles(attempt.certificateName());
            known = true;
        } else {
            boolean needed = authenticate || authenticators.areNeeded();
            if (needed && (!options.enabled() || attempt.header("Authorization") != null)) {
                return Decision.refuse(401, "", "");
            }
            identity = options.enabled() ? roles.identity("", options.anonymousRoles()) : Identity.SERVER;
            known = !needed && !options.enabled();
        }
        return authorize(attempt, identity, known, options.enabled());
    }

    private static Decision waitFor(Absence absence, String user) {
        String message = "The plugin " + absence.bundle() + " that decides about requests is not there, try again";
        return absence.brief() ? Decision.pending(user, message) : Decision.later(503, user, 5, message);
    }

    @Override
    public Identity ofModality(String callingAet) {
        return options.rolesOfModality(callingAet)
                .map(names -> roles.identity(callingAet, names))
                .orElse(Identity.SERVER);
    }

    private Decision login(BasicCredentials credentials, String address) {
        String name = credentials.name();
        long seconds = throttle.secondsToWait(address, name);
        if (seconds > 0) {
            return Decision.later(429, name, seconds, "");
        }
        switch (passwords.check(name, credentials.password())) {
            case RIGHT -> {
                throttle.succeeded(address, name);
                if (logins.isNew(name, address)) {
                    tell("login", name, address, "Success");
                }
                return Decision.allow(withRoles(name));
            }
            case BUSY -> {
                return Decision.later(503, name, 5, "Too many logins at a time, try again");
            }
            default -> {
                throttle.failed(address, name);
                LOG.warn("The user {} could not log in from {}: wrong name or password", name, address);
                tell("login", name, address, "Failure");
                return Decision.refuse(401, name, "");
            }
        }
    }

    private void tell(String action, String user, String address, String outcome) {
        audit.record(new AuditLog.Event(Instant.now(), user, address, action, "", "", "", "", outcome, ""));
    }

    private Identity withRoles(String user) {
        return options.enabled()
                ? roles.identity(user, options.rolesOf(user))
                : new Identity(user, Identity.SERVER.permissions(), Identity.SERVER.visibility());
    }

    /**
     * @param known whether the client has a user
     * @param hasRights whether permissions and visibility of the identity count
     */
    private Decision authorize(Attempt attempt, Identity identity, boolean known, boolean hasRights) {
        RouteRule rule = rules.of(attempt.method(), attempt.path());
        boolean mayCall = !hasRights
                || rule.everybody()
                || rule.allows(identity) && (known || !rule.permissions().isEmpty());
        if (!mayCall && !known) {
            return Decision.refuse(401, "", "");
        }
        Authorizers.Ruling ruling;
        try {
            ruling = authorizers.ask(identity, attempt);
        } catch (IOException e) {
            return Decision.later(503, identity.username(), 5, INDEX_AWAY);
        }
        if (ruling.absence().isPresent()) {
            return waitFor(ruling.absence().get(), identity.username());
        }
        if (ruling.opinion() == Authorizer.Opinion.NO) {
            LOG.info(
                    "The plugin {} does not let the user {} call {} {}",
                    ruling.bundle(),
                    identity.username(),
                    attempt.method(),
                    attempt.path());
            return Decision.refuse(403, identity.username(), "The user may not do this");
        }
        if (!mayCall && ruling.opinion() != Authorizer.Opinion.YES) {
            LOG.info(
                    "The user {} may not call {} {}, which needs one of {}",
                    identity.username(),
                    attempt.method(),
                    attempt.path(),
                    rule.permissions());
            return Decision.refuse(
                    403,
                    identity.username(),
                    "The user needs one of these permissions: " + String.join(", ", rule.permissions()));
        }
        try {
            if (guard.hides(identity, attempt.path())) {
                return Decision.refuse(404, identity.username(), NOT_FOUND);
            }
        } catch (IOException e) {
            return Decision.later(503, identity.username(), 5, INDEX_AWAY);
        }
        return Decision.allow(identity);
    }
}
