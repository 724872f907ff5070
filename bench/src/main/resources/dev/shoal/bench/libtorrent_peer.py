"""One end of a BitTorrent transfer over loopback, for bench/run transfer.

peer.py TORRENT FOLDER seed    says LISTENING and its port, then serves until it is ended
peer.py TORRENT FOLDER PORT    gets the file from the peer at that port, then says RESULT and the seconds
"""
import signal
import sys
import time

import libtorrent as lt

MIB = 1 << 20

# Nothing is limited, nobody is looked for, nothing is encrypted; buffers as for a fast network.
SETTINGS = {
    "listen_interfaces": "127.0.0.1:0",
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "enable_incoming_utp": False,
    "enable_outgoing_utp": False,
    "in_enc_policy": int(lt.enc_policy.pe_disabled),
    "out_enc_policy": int(lt.enc_policy.pe_disabled),
    "allow_multiple_connections_per_ip": True,
    "download_rate_limit": 0,
    "upload_rate_limit": 0,
    "unchoke_slots_limit": -1,
    "aio_threads": 4,
    "hashing_threads": 2,
    "max_queued_disk_bytes": 64 * MIB,
    "send_buffer_watermark": 16 * MIB,
    "send_buffer_low_watermark": MIB,
    "send_buffer_watermark_factor": 150,
    "recv_socket_buffer_size": MIB,
    "send_socket_buffer_size": MIB,
    "max_out_request_queue": 3000,
    "max_allowed_in_request_queue": 3000,
    "tick_interval": 100,
    "alert_mask": lt.alert.category_t.status_notification | lt.alert.category_t.error_notification,
}


def main(torrent, folder, what):
    session = lt.session(SETTINGS)
    description = lt.torrent_info(torrent)
    flags = lt.torrent_flags.default_flags & ~lt.torrent_flags.auto_managed & ~lt.torrent_flags.paused
    if what == "seed":
        flags |= lt.torrent_flags.seed_mode
    start = time.monotonic()
    added = session.add_torrent({"ti": description, "save_path": folder, "flags": flags})
    if what == "seed":
        print("LISTENING", session.listen_port(), flush=True)
        signal.pause()
    added.connect_peer(("127.0.0.1", int(what)))
    while True:
        session.wait_for_alert(1000)
        for alert in session.pop_alerts():
            if isinstance(alert, lt.torrent_finished_alert):
                print("RESULT wall=%.6f" % (time.monotonic() - start), flush=True)
                return


main(*sys.argv[1:])
