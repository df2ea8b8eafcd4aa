package org.isengard.itests;

/** Pictures that nobody has to protect: ellipses in a field, in grey and in colour. */
final class Phantom {
    /** Centre and half axes in the unit square, and the value it adds, of 1. */
    private record Ellipse(double x, double y, double a, double b, double value) {
        boolean holds(double px, double py) {
            double u = (px - x) / a;
            double v = (py - y) / b;
            return u * u + v * v <= 1;
        }
    }

    private Phantom() {}

    /**
     * A slice through a body.
     *
     * @param depth 0 at one end of the body, 1 at the other
     * @return rows of 16-bit little endian values from 0 to {@code maximum}
     */
    static byte[] slice(int rows, int columns, double depth, int maximum) {
        double swell = Math.sin(Math.PI * (0.1 + 0.8 * depth));
        Ellipse[] body = {
            new Ellipse(0.5, 0.5, 0.42 * swell, 0.34 * swell, 0.35),
            new Ellipse(0.5, 0.5, 0.39 * swell, 0.31 * swell, -0.05),
            new Ellipse(0.34, 0.47, 0.13 * swell, 0.18 * swell, -0.22),
            new Ellipse(0.66, 0.47, 0.13 * swell, 0.18 * swell, -0.22),
            new Ellipse(0.5, 0.7, 0.05, 0.05, 0.6),
            new Ellipse(0.42 + 0.1 * depth, 0.45, 0.08 * swell, 0.09 * swell, 0.2),
        };
        byte[] pixels = new byte[rows * columns * 2];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double value = valueAt(body, (column + 0.5) / columns, (row + 0.5) / rows);
                int sample = (int) Math.round(Math.max(0, Math.min(1, value)) * maximum);
                int at = (row * columns + column) * 2;
                pixels[at] = (byte) sample;
                pixels[at + 1] = (byte) (sample >> 8);
            }
        }
        return pixels;
    }

    /**
     * A fan of echoes with a beating chamber.
     *
     * @param phase of the beat, 0 to 1
     * @return red, green and blue bytes of each pixel
     */
    static byte[] echo(int rows, int columns, double phase) {
        double beat = 0.10 + 0.04 * Math.sin(2 * Math.PI * phase);
        Ellipse chamber = new Ellipse(0.5, 0.55, beat * 1.4, beat, 1);
        byte[] pixels = new byte[rows * columns * 3];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double x = (column + 0.5) / columns;
                double y = (row + 0.5) / rows;
                if (Math.abs(x - 0.5) > y * 0.55 || x * x + y * y > 1.6) {
                    continue;
                }
                int at = (row * columns + column) * 3;
                int speckle = 60 + (row * 31 + column * 17 + row * column) % 90;
                if (chamber.holds(x, y)) {
                    pixels[at] = (byte) (x < 0.5 ? 220 * Math.abs(Math.cos(Math.PI * phase)) : 0);
                    pixels[at + 2] = (byte) (x < 0.5 ? 0 : 220 * Math.abs(Math.cos(Math.PI * phase)));
                } else {
                    pixels[at] = pixels[at + 1] = pixels[at + 2] = (byte) speckle;
                }
            }
        }
        return pixels;
    }

    private static double valueAt(Ellipse[] body, double x, double y) {
        double value = 0;
        for (Ellipse ellipse : body) {
            if (ellipse.holds(x, y)) {
                value += ellipse.value();
            }
        }
        return value;
    }
}
