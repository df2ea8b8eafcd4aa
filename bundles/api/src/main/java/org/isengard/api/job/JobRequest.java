package org.isengard.api.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Response;

/**
 * How a client wants a job to run: the fields {@code Synchronous}, {@code Asynchronous}, {@code Priority},
 * {@code Permissive} and {@code UserData} of a request's body.
 *
 * @param synchronous wait for the end of the job
 * @param priority the higher, the earlier
 * @param permissive go on after an instance that failed
 * @param userData shown with the job, null for nothing
 */
public record JobRequest(boolean synchronous, int priority, boolean permissive, JsonNode userData) {
    /** Asynchronous with the lowest of the usual priorities. */
    public static final JobRequest DEFAULT = new JobRequest(false, 0, false, null);

    /** @throws IsengardException BAD_FILE_FORMAT when a field has the wrong type */
    public static JobRequest of(JsonNode body, boolean synchronousByDefault) {
        boolean synchronous = synchronousByDefault;
        if (body.has("Synchronous")) {
            synchronous = flag(body, "Synchronous");
        } else if (body.has("Asynchronous")) {
            synchronous = !flag(body, "Asynchronous");
        }
        JsonNode priority = body.get("Priority");
        if (priority != null && !priority.isInt()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "The field \"Priority\" must be an integer");
        }
        return new JobRequest(
                synchronous,
                priority == null ? 0 : priority.intValue(),
                body.has("Permissive") && flag(body, "Permissive"),
                body.get("UserData"));
    }

    private static boolean flag(JsonNode body, String name) {
        JsonNode value = body.get(name);
        if (!value.isBoolean()) {
            throw new IsengardException(ErrorCode.BAD_FILE_FORMAT, "The field \"" + name + "\" must be a Boolean");
        }
        return value.booleanValue();
    }

    /** Submits a job and answers: the content of the job that ended, or identifier and path of the one that goes on. */
    public void run(JobEngine engine, Job job, Response response) throws IOException {
        response.json(synchronous ? engine.execute(job, this) : submitted(engine.submit(job, this)));
    }

    /** {@return the answer that names a submitted job} */
    public static ObjectNode submitted(String id) {
        return JsonNodeFactory.instance.objectNode().put("ID", id).put("Path", "/jobs/" + id);
    }
}
