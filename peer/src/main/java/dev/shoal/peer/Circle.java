package dev.shoal.peer;

import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.PeerKey;

/**
 * Those with whom something is shared privately: an audience at an index. The index is a part of it, as a ticket of one
 * index must not open what is shared at another, even where that one names the same audience. Immutable.
 *
 * @param audience who they are
 * @param index key of the index that knows them, and that signs their tickets
 */
record Circle(AudienceId audience, PeerKey index) {}
