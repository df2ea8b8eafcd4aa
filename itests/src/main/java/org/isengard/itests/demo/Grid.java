package org.isengard.itests.demo;

/**
 * The pixels of a slice across the body.
 *
 * @param rowSpacing millimetres from one row to the next
 * @param columnSpacing millimetres from one column to the next
 */
record Grid(int rows, int columns, double rowSpacing, double columnSpacing) {
    static Grid square(int size, double spacing) {
        return new Grid(size, size, spacing, spacing);
    }

    /** {@return x of the centre of a column in millimetres; the middle of the grid is 0} */
    double x(int column) {
        return (column - (columns - 1) / 2.0) * columnSpacing;
    }

    double y(int row) {
        return (row - (rows - 1) / 2.0) * rowSpacing;
    }

    int column(double x) {
        return (int) Math.floor(x / columnSpacing + (columns - 1) / 2.0);
    }

    int row(double y) {
        return (int) Math.floor(y / rowSpacing + (rows - 1) / 2.0);
    }

    double coarsest() {
        return Math.max(rowSpacing, columnSpacing);
    }
}
