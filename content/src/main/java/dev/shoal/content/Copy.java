package dev.shoal.content;

/**
 * A stretch of a content that stands in a file which is here already, if hints are right. Immutable.
 *
 * @param target where it begins in the content, in bytes
 * @param file number of the file
 * @param offset where it begins in the file, in bytes
 * @param length its length in bytes, at least 1
 */
public record Copy(long target, int file, long offset, long length) {

    /** Checks the numbers. */
    public Copy {
        if (target < 0 || file < 0 || offset < 0 || length < 1) {
            throw new IllegalArgumentException(
                    length + " bytes from " + offset + " of file " + file + " to " + target + " are no copy");
        }
    }

    /** Where it ends in the content. */
    public long end() {
        return target + length;
    }

    /** Where it ends in the file. */
    public long fileEnd() {
        return offset + length;
    }

    /** The part of it that lies in a stretch of the content, which it reaches into. */
    public Copy within(long from, long to) {
        long start = Math.max(from, target);
        return new Copy(start, file, offset + start - target, Math.min(to, end()) - start);
    }

    /** Whether another one goes on where this one ends, here and there. */
    boolean isContinuedBy(Copy next) {
        return end() == next.target && file == next.file && fileEnd() == next.offset;
    }
}
