"""One peer of a BitTorrent swarm for bench/run swarm: waits for a file, then seeds or gets, and makes another file."""

import os
import sys
import time

import libtorrent

role, address, torrent, folder, go, done = sys.argv[1:]
session = libtorrent.session({
    "listen_interfaces": address + ":6881",
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    # The same congestion control for all: TCP's.
    "enable_outgoing_utp": False,
    "enable_incoming_utp": False,
    "in_enc_policy": 2,
    "out_enc_policy": 2,
    "connections_limit": 500,
    "connection_speed": 200,
    "torrent_connect_boost": 200,
    "min_reconnect_time": 1,
    # Everybody is served; there are few peers, and what they ask for decides.
    "unchoke_slots_limit": 200,
    "max_out_request_queue": 500,
    "max_allowed_in_request_queue": 2000,
    # What is queued in front of a slow link arrives late.
    "send_buffer_watermark": 128 * 1024,
    "send_buffer_low_watermark": 32 * 1024,
    "request_queue_time": 1,
    "allow_multiple_connections_per_ip": True,
    "alert_mask": libtorrent.alert.category_t.status_notification | libtorrent.alert.category_t.error_notification,
})
info = libtorrent.torrent_info(torrent)
print("ready", flush=True)
while not os.path.exists(go):
    time.sleep(0.01)
parameters = libtorrent.add_torrent_params()
parameters.ti = info
parameters.save_path = folder
flags = libtorrent.torrent_flags.default_dont_download & 0
if role == "seed":
    flags |= libtorrent.torrent_flags.seed_mode
parameters.flags = flags
handle = session.add_torrent(parameters)
if role == "seed":
    while not handle.status().is_seeding:
        time.sleep(0.02)
else:
    while not handle.status().is_seeding:
        session.wait_for_alert(20)
        session.pop_alerts()
open(done, "w").close()
while True:
    session.wait_for_alert(1000)
    session.pop_alerts()
