package org.isengard.dicomweb.wado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.isengard.api.IsengardException;
import org.isengard.dicom.image.Frame;
import org.isengard.dicom.image.ImageException;
import org.isengard.dicom.image.ModalityValues;
import org.junit.jupiter.api.Test;

class ViewportTest {
    private static final Frame PICTURE = Frame.gray8(3, 2, new byte[] {1, 2, 3, 4, 5, 6});

    @Test
    void aRegionIsCutAndTurned() throws IOException {
        assertArrayEquals(
                new byte[] {2, 3, 5, 6},
                Viewport.parse(",,1,0,2,2").region(PICTURE).bytes());
        assertArrayEquals(
                new byte[] {3, 2, 6, 5},
                Viewport.parse(",,1,0,-2,2").region(PICTURE).bytes());
        assertArrayEquals(
                new byte[] {5, 6, 2, 3},
                Viewport.parse(",,1,0,2,-2").region(PICTURE).bytes());
        assertArrayEquals(
                new byte[] {3, 6}, Viewport.parse(",,2,0,9,9").region(PICTURE).bytes());
        assertThrows(ImageException.class, () -> Viewport.parse(",,3,0,1,1").region(PICTURE));
    }

    @Test
    void aPictureKeepsItsProportions() {
        Frame fitted = Viewport.parse("6,6").fit(PICTURE);
        assertEquals(6, fitted.columns());
        assertEquals(6, fitted.rows());
        assertArrayEquals(new byte[] {0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3}, java.util.Arrays.copyOf(fitted.bytes(), 12));
    }

    @Test
    void impossibleViewportsAndWindowsAreRefused() {
        for (String text : List.of("64", "a,b", "1,2,3,4,5,6,7", "-1,5", "99999,99999", "1e9,1")) {
            assertThrows(IsengardException.class, () -> Viewport.parse(text), text);
        }
        for (String text : List.of("x", "1", "1,2,nope", "1,2,linear,4", "NaN,1", "1,Infinity")) {
            assertThrows(IsengardException.class, () -> Window.parse(text), text);
        }
        assertNull(Window.parse(""));
    }

    /** PS3.3 section C.11.2.1.2 and C.11.2.1.3: the middle and both ends of each function. */
    @Test
    void windowFunctionsFollowTheStandard() {
        Frame frame = Frame.gray8(4, 1, new byte[] {0, 50, 100, (byte) 200});
        ModalityValues values = new ModalityValues(1, 0, 0, 0);
        assertArrayEquals(
                new byte[] {0, 0, (byte) 129, (byte) 255},
                Window.parse("100,100,linear").apply(frame, values).bytes());
        assertArrayEquals(
                new byte[] {0, 0, (byte) 128, (byte) 255},
                Window.parse("100,100,linear-exact").apply(frame, values).bytes());
        assertArrayEquals(
                new byte[] {5, 30, (byte) 128, (byte) 250},
                Window.parse("100,100,sigmoid").apply(frame, values).bytes());
    }

    @Test
    void listsOfFramesAreNumbersFromOne() {
        assertEquals(List.of(3, 1, 1), FrameNumbers.parse("3,1,1"));
        for (String text : List.of("", "a", "1,", "0", "-1", "99999999999")) {
            assertThrows(IsengardException.class, () -> FrameNumbers.parse(text), text);
        }
    }
}
