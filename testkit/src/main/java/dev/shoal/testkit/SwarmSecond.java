package dev.shoal.testkit;

/**
 * How a simulated swarm did in one second of its run: where capacity is lost. Immutable.
 *
 * @param uplinkUse share of the second in which the uplinks of all peers were in use, on average
 * @param starved share of the peers of whom nobody wants anything, at the end of the second
 * @param verified share of the downlinks of all downloaders that carried data for the first time
 * @param spread share of the chunks that any downloader has, at the end of the second
 * @param held share of the content that a downloader has, on average, at the end of the second
 */
public record SwarmSecond(double uplinkUse, double starved, double verified, double spread, double held) {

    @Override
    public String toString() {
        return String.format(
                "up %3.0f %%, starved %3.0f %%, verified %3.0f %%, spread %5.1f %%, held %5.1f %%",
                100 * uplinkUse, 100 * starved, 100 * verified, 100 * spread, 100 * held);
    }
}
