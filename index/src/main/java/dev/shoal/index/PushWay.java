package dev.shoal.index;

import dev.shoal.protocol.IndexPush;

/** The way by which the index says something to a session without being asked. Thread-safe. */
interface PushWay {

    /** Says something, once; whether it arrives is not known. Does not wait for anything. */
    void push(Session session, int id, IndexPush push);
}
