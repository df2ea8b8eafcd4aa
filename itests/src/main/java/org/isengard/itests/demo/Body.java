package org.isengard.itests.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.isengard.itests.demo.Tissue.Contrast;

/** Solids of tissue, each laid over the earlier ones, and the scanner that takes slices of them. */
final class Body {
    private record Part(Shape shape, Tissue tissue) {}

    /** A square of noise with neighbours that depend on each other a little, as reconstruction makes it. */
    private static final int NOISE = 512;

    private static final int BLOCK = 16;

    private static final float[] GRAIN = grain();

    private final List<Part> parts = new ArrayList<>();

    void add(Tissue tissue, Shape shape) {
        parts.add(new Part(shape, tissue));
    }

    /** Adds a tube along the points, each of x, y, z in millimetres. */
    void tube(Tissue tissue, double radius, double[]... points) {
        for (int i = 1; i < points.length; i++) {
            add(tissue, Shape.rod(points[i - 1], points[i], radius, radius));
        }
    }

    /** The same on both sides of the midline: x counts from it. */
    void bothSides(Tissue tissue, double x, double y, double z, double a, double b, double c) {
        add(tissue, Shape.ellipsoid(-x, y, z, a, b, c));
        add(tissue, Shape.ellipsoid(x, y, z, a, b, c));
    }

    /**
     * Scans a slice.
     *
     * @param z of the slice in millimetres
     * @return one value for each pixel of the grid, in rows from the top
     */
    float[] slice(Grid grid, double z, Contrast contrast) {
        float[] values = new float[grid.rows() * grid.columns()];
        Arrays.fill(values, Tissue.AIR.value(contrast));
        for (Part part : parts) {
            Shape.Box box = part.shape().box();
            if (z < box.z0() || z >= box.z1()) {
                continue;
            }
            int top = Math.max(0, grid.row(box.y0()));
            int bottom = Math.min(grid.rows(), grid.row(box.y1()) + 2);
            int left = Math.max(0, grid.column(box.x0()));
            int right = Math.min(grid.columns(), grid.column(box.x1()) + 2);
            for (int row = top; row < bottom; row += BLOCK) {
                for (int column = left; column < right; column += BLOCK) {
                    int rows = Math.min(BLOCK, bottom - row);
                    int columns = Math.min(BLOCK, right - column);
                    paint(values, grid, part, contrast, z, new int[] {row, row + rows, column, column + columns});
                }
            }
        }
        return values;
    }

    /** Paints the pixels of a block, which are computed one by one only where the surface may be. */
    private static void paint(float[] values, Grid grid, Part part, Contrast contrast, double z, int[] block) {
        Shape shape = part.shape();
        float value = part.tissue().value(contrast);
        double middleX = (grid.x(block[2]) + grid.x(block[3] - 1)) / 2;
        double middleY = (grid.y(block[0]) + grid.y(block[1] - 1)) / 2;
        double radius = Math.hypot(middleX - grid.x(block[2]), middleY - grid.y(block[0])) + grid.coarsest();
        double middle = shape.depth(middleX, middleY, z);
        if (middle < -radius * shape.steepness()) {
            return;
        }
        boolean full = middle > radius * shape.steepness();
        double edge = 1 / grid.coarsest();
        for (int row = block[0]; row < block[1]; row++) {
            int at = row * grid.columns() + block[2];
            if (full) {
                Arrays.fill(values, at, at + block[3] - block[2], value);
                continue;
            }
            for (int column = block[2]; column < block[3]; column++, at++) {
                double cover = shape.depth(grid.x(column), grid.y(row), z) * edge + 0.5;
                if (cover >= 1) {
                    values[at] = value;
                } else if (cover > 0) {
                    values[at] += (float) (cover * (value - values[at]));
                }
            }
        }
    }

    /** Adds noise of the standard deviation, another pattern for each seed. */
    static void noise(float[] values, int columns, double deviation, int seed) {
        Random random = new Random(seed);
        int dx = random.nextInt(NOISE);
        int dy = random.nextInt(NOISE);
        for (int i = 0; i < values.length; i++) {
            int x = (i % columns + dx) % NOISE;
            int y = (i / columns + dy) % NOISE;
            values[i] += (float) (deviation * GRAIN[y * NOISE + x]);
        }
    }

    private static float[] grain() {
        Random random = new Random(1);
        float[] white = new float[NOISE * NOISE];
        for (int i = 0; i < white.length; i++) {
            white[i] = (float) random.nextGaussian();
        }
        float[] soft = new float[white.length];
        for (int i = 0; i < white.length; i++) {
            int x = i % NOISE;
            int y = i / NOISE;
            int right = y * NOISE + (x + 1) % NOISE;
            int below = (y + 1) % NOISE * NOISE + x;
            int across = (y + 1) % NOISE * NOISE + (x + 1) % NOISE;
            soft[i] = (white[i] + 0.7f * white[right] + 0.7f * white[below] + 0.5f * white[across]) / 1.49f;
        }
        return soft;
    }
}
