package dev.shoal.protocol;

/** A PDU whose letter stands for several: its first field is the number of its kind. */
sealed interface PduOfKind extends Pdu
        permits AccountRequest, AccountReply, AdminRequest, AdminReply, GroupRequest, GroupReply, SegmentPdu {

    /** The number of this kind on the wire. */
    int kind();

    /** Writes the fields after the kind. */
    void encodeFields(WireWriter out);

    @Override
    default void encodeBody(WireWriter out) {
        encodeFields(out.u8(kind()));
    }
}
