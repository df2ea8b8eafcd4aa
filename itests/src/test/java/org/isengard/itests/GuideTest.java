package org.isengard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Code in the guides is code that the build runs. */
class GuideTest {
    private static final Pattern SNIPPET =
            Pattern.compile("<!-- snippet: (\\S+) -->\\n```\\w*\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern JAVA = Pattern.compile("```java\\n");

    @Test
    void everySnippetStandsInTheFileItNames() throws IOException {
        List<String> wrong = new ArrayList<>();
        int snippets = 0;
        for (Path guide : guides()) {
            Matcher matcher = SNIPPET.matcher(Files.readString(guide));
            while (matcher.find()) {
                snippets++;
                Path source = Checkout.root().resolve(matcher.group(1));
                if (!Files.exists(source)
                        || !Files.readString(source).contains(matcher.group(2).stripTrailing())) {
                    wrong.add(guide.getFileName() + ": " + matcher.group(1));
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(snippets > 0, "no snippet was found");
    }

    @Test
    void everyPieceOfJavaNamesItsFile() throws IOException {
        for (Path guide : guides()) {
            String text = Files.readString(guide);
            long pieces = JAVA.matcher(text).results().count();
            long named = SNIPPET.matcher(text)
                    .results()
                    .filter(m -> m.group().contains("```java"))
                    .count();
            assertEquals(pieces, named, guide.toString());
        }
    }

    private static List<Path> guides() throws IOException {
        try (Stream<Path> files = Files.list(Checkout.root().resolve("docs/guide"))) {
            return files.filter(file -> file.toString().endsWith(".md")).toList();
        }
    }
}
