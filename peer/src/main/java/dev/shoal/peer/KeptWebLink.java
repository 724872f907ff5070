package dev.shoal.peer;

/**
 * A plain HTTPS link as the home keeps it. Immutable.
 *
 * @param id its number
 * @param secret what is in its address, and nowhere else; never logged
 * @param share what it is for, as {@link KeptTask#key} writes it
 * @param name what that is called in the index
 * @param content which content that was when the link was made, as text
 * @param sinceMillis when it was made
 * @param untilMillis when it ends
 * @param times how many downloads it is good for; 0 for any number
 * @param wholes how many there were that took all of it in one go
 * @param partBytes how much went out in parts, or broke off
 * @param sentBytes how much went out in all
 * @param privateToo whether it gives what only some may get by its name
 */
record KeptWebLink(
        long id,
        String secret,
        String share,
        String name,
        String content,
        long sinceMillis,
        long untilMillis,
        int times,
        int wholes,
        long partBytes,
        long sentBytes,
        boolean privateToo) {

    /** Something went out of a content of a length. */
    KeptWebLink sent(long bytes, boolean isWhole) {
        return new KeptWebLink(
                id,
                secret,
                share,
                name,
                content,
                sinceMillis,
                untilMillis,
                times,
                isWhole ? wholes + 1 : wholes,
                isWhole ? partBytes : partBytes + bytes,
                sentBytes + bytes,
                privateToo);
    }

    /**
     * How many downloads there were of what has a length: each in one go is one, and parts that are together as long
     * are one. What is empty has no parts.
     */
    int used(long length) {
        return (int) Math.min(Integer.MAX_VALUE, wholes + (length == 0 ? 0 : partBytes / length));
    }

    /** Of what is good for some downloads only, how many bytes may go out still of a content of a length. */
    long leftBytes(long length) {
        long downloads = Math.max(0, times - (long) wholes);
        boolean isMore = length > 0 && downloads > Long.MAX_VALUE / length;
        return isMore ? Long.MAX_VALUE : Math.max(0, downloads * length - partBytes);
    }

    boolean isLimited() {
        return times > 0;
    }

    @Override
    public String toString() {
        return "KeptWebLink[" + id + " to " + name + "]";
    }
}
