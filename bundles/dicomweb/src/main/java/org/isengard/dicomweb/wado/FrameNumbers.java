package org.isengard.dicomweb.wado;

import java.util.ArrayList;
import java.util.List;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/** The list of frames in a path, numbered from 1. */
final class FrameNumbers {
    private static final int MOST = 65_536;

    private FrameNumbers() {}

    /** @throws IsengardException BAD_FILE_FORMAT for what is no number, PARAMETER_OUT_OF_RANGE for one below 1 */
    static List<Integer> parse(String list) {
        List<Integer> numbers = new ArrayList<>();
        for (String text : list.split(",", -1)) {
            String number = text.strip();
            if (!number.matches("[+-]?\\d{1,9}")) {
                throw new IsengardException(
                        ErrorCode.BAD_FILE_FORMAT, "Frames are numbers with commas between them, not " + list);
            }
            int value = Integer.parseInt(number);
            if (value < 1 || numbers.size() == MOST) {
                throw new IsengardException(
                        ErrorCode.PARAMETER_OUT_OF_RANGE,
                        "Frames are numbered from 1, and at most " + MOST + " are sent");
            }
            numbers.add(value);
        }
        return numbers;
    }
}
